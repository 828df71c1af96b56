//! One test with the test kit, on the bus within the process and on a real server.

use std::time::Duration;

use kaa_esp::{ClientData, Context, Esp as _, ExtensionData, ExtensionService, Reply, extension};
use kaa_ism::{Request as _, SendOptions, Status, Subject};
use kaa_service::{Settings, testkit::TestKit};

use crate::harness::NatsServer;

struct Hello;

impl ExtensionService for Hello {
    async fn handle(&self, data: ClientData, _context: Context) -> Result<Reply, Status> {
        match data.resource_path.as_str() {
            "/hello" => Ok(Reply::bytes(data.payload)),
            "/panic" => panic!("a handler panics"),
            "/never" => std::future::pending().await,
            other => Err(Status::not_found(format!("no resource {other}"))),
        }
    }
}

async fn it_answers_and_loses_nothing(kit: TestKit) {
    let hello = kit.start("hello", |service| service.serve(extension(Hello))).await.unwrap();
    let kpc = kit.peer("kpc").await.unwrap();
    let to = &hello.identity().instance;
    kpc.publish(Subject::service(to, ClientData::KIND), None, "nonsense").await.unwrap();
    for (path, code) in [("/hello", 200), ("/bye", 404), ("/panic", 500)] {
        let data = ClientData::new("demo-v1", path).with_endpoint_id("ep-1").with_request_id(1).with_payload("x");
        let answer = kpc.handle().esp().call(to, data, SendOptions::default()).await.unwrap();
        assert_eq!(answer.status_code, code, "{path}");
        assert_eq!(hello.expect::<ExtensionData, _>().await, answer);
    }
    let options = SendOptions::default().with_timeout(Duration::from_millis(100));
    let never = ClientData::new("demo-v1", "/never").with_request_id(1);
    kpc.handle().esp().send(to, never, options).await.unwrap();
    assert_eq!(hello.expect::<ExtensionData, _>().await.status_code, 504);
    let accounting = hello.finish().await;
    assert_eq!(
        accounting.to_string(),
        "5 received, 4 requests, 4 answers; handled 1, panicked 1, refused 1, timed-out 1, undecodable 1; sent 4"
    );
}

#[tokio::test]
async fn a_test_runs_on_the_bus_within_the_process() {
    it_answers_and_loses_nothing(TestKit::new()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_test_runs_on_a_real_server() {
    let nats = NatsServer::start().await;
    let kit = TestKit::over([nats.url()], async |settings: Settings| kaa_nats::connect(&settings).await);
    it_answers_and_loses_nothing(kit).await;
}
