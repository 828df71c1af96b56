//! What an operator is told of a process, while NATS goes away and comes back.

use std::{
    net::{SocketAddr, TcpListener},
    time::Duration,
};

use reqwest::Method;
use tokio::time::timeout;

use crate::harness::{NatsServer, Process, Rest, config_file, eventually, program};

/// By then it says so.
const SOON: Duration = Duration::from_secs(5);

/// A port that was free a moment ago.
fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

async fn says(rest: &Rest, status: u16, reason: &str) {
    let saying = eventually(reason, async || {
        let (got, body) = rest.send(Method::GET, "/health/ready", None).await;
        (got == status && body.as_str().unwrap().contains(reason)).then_some(())
    });
    timeout(SOON, saying).await.unwrap_or_else(|_| panic!("not {status} {reason:?} within {SOON:?}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_without_nats_is_alive_and_not_ready_until_it_is_back() {
    let mut nats = NatsServer::start().await;
    let address = free_address();
    let settings = config_file(&format!("management.port: {}", address.port()));
    let mut command = program("hello-extension");
    command.env("NATS_URLS", nats.url()).env("RUST_LOG", "info").env("APP_CONFIG_PATH", settings.path());
    let mut process = Process::start("hello-extension", command);
    process.line(": ready ").await;

    let rest = Rest::new(address);
    says(&rest, 200, "ready").await;
    nats.stop().await;
    says(&rest, 503, "hello: not connected to the bus").await;
    assert_eq!(rest.get("/health").await, "alive\n");
    nats.start_again().await;
    says(&rest, 200, "ready").await;

    let metrics = rest.get("/metrics").await;
    let metrics = metrics.as_str().unwrap();
    assert!(metrics.contains("\nkaa_reconnects_total{service=\"hello\"} 1\n"), "{metrics}");
    process.terminate();
    assert!(process.ended().await.success());
}
