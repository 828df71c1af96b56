//! A cluster of NATS loses a node.

use std::time::Duration;

use kaa_esp::{ClientData, Reply, extension};
use kaa_ism::CallError;
use kaa_service::{RunningService, Service, Settings};

use crate::harness::{Load, NatsServer, within};

const CALLERS: usize = 50;
/// Each call has ended by then.
const DEADLINE: Duration = Duration::from_secs(2);
/// A busy machine may notice it later.
const NOTICED_WITHIN: Duration = Duration::from_secs(5);

/// Finds the other nodes out.
async fn hello(node: &NatsServer) -> RunningService {
    let settings = Settings::new("hello").unwrap().with_nats_urls([node.url()]);
    let transport = kaa_nats::connect(&settings).await.unwrap();
    let role = extension(async |data: ClientData, _context| Ok(Reply::bytes(data.payload)));
    Service::new(settings, transport).serve(role).start().await.unwrap()
}

/// Knows all nodes.
async fn caller(nodes: &[NatsServer]) -> RunningService {
    let settings = Settings::new("caller").unwrap().with_nats_urls(nodes.iter().map(NatsServer::url));
    let transport = kaa_nats::connect(&settings).await.unwrap();
    Service::new(settings, transport).start().await.unwrap()
}

/// Which node an instance is connected to.
pub(crate) async fn node_of(nodes: &[NatsServer], instance: &str) -> usize {
    let start = format!("{instance}/");
    for (index, node) in nodes.iter().enumerate() {
        if node.connections().await.iter().any(|connection| connection.name.starts_with(&start)) {
            return index;
        }
    }
    panic!("{instance} is not connected")
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_go_on_when_the_node_of_the_caller_or_of_the_callee_is_lost() {
    let mut nodes = NatsServer::cluster::<3>().await;
    let (hello, caller) = (hello(&nodes[0]).await, caller(&nodes).await);
    let load = Load::start(&caller.handle(), CALLERS, DEADLINE);
    load.answers(4 * CALLERS).await;
    for instance in ["caller", "hello"] {
        let lost = node_of(&nodes, instance).await;
        nodes[lost].stop().await;
        load.answers(4 * CALLERS).await;
        nodes[lost].start_again().await;
        nodes[lost].knows(2).await;
        load.answers(4 * CALLERS).await;
    }
    assert!(hello.handle().is_connected() && caller.handle().is_connected());
    for failure in load.finish().await.failures {
        let Err(error) = &failure.error else { panic!("{failure:?}") };
        let is_told = error.is_disconnected() || error.is_timeout() || matches!(error, CallError::NoResponders { .. });
        assert!(is_told && failure.took < DEADLINE + NOTICED_WITHIN, "{failure:?}");
    }
    within("shutting down", async { (caller.shutdown().await, hello.shutdown().await) }).await;
}
