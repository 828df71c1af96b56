//! The extension on a bus within the process.

use kaa_esp::{Esp as _, InstanceName, SendOptions};
use kaa_service::MemoryBus;

use super::*;

async fn ask(path: &str) -> (i32, Option<String>) {
    let bus = MemoryBus::new();
    let hello = Service::new(Settings::new("hello").unwrap(), bus.clone()).serve(extension(Hello));
    let hello = hello.start().await.unwrap();
    let caller = Service::new(Settings::new("kpc").unwrap(), bus).start().await.unwrap();
    let data = ClientData::new("demo-v1", path).with_endpoint_id("ep-1").with_request_id(1);
    let to = InstanceName::parse("hello").unwrap();
    let answer = caller.handle().esp().call(&to, data, SendOptions::default()).await.unwrap();
    hello.shutdown().await;
    (answer.status_code, answer.payload.map(|payload| String::from_utf8(payload.into()).unwrap()))
}

#[tokio::test]
async fn it_greets_the_endpoint() {
    assert_eq!(ask("/hello").await, (200, Some(r#"{"hello":"ep-1"}"#.to_owned())));
}

#[tokio::test]
async fn other_resources_are_not_found() {
    assert_eq!(ask("/bye").await, (404, None));
}
