//! The smallest extension, as a process beside the platform.

use serde_json::{Value, json};

use crate::harness::{Answer, NatsServer, Replica, TestPlatform, Version, request};

#[tokio::test(flavor = "multi_thread")]
async fn a_device_reaches_an_extension_that_runs_beside_the_platform() {
    let nats = NatsServer::start().await;
    let platform = TestPlatform::on(&nats).await;
    let endpoint = platform.register().await;
    let hello = Replica::hello(&nats).await;
    let topic = endpoint.topic("hello", "hello/1");
    let answer = request(Version::V311, platform.mqtt(), &topic, "status", "").await;
    assert_eq!(serde_json::from_str::<Value>(&answer).unwrap(), json!({"hello": endpoint.id}));

    let device = platform.device(Version::V311).await;
    assert_eq!(device.ask(&endpoint.topic("hello", "bye/2"), b"").await.code(), 404);
    hello.leaves().await;
    let gone = device.ask(&topic, b"").await;
    assert!(matches!(gone, Answer::Error { code: 503, .. }), "{gone:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_extension_that_is_terminated_as_soon_as_it_is_ready_ends_in_order() {
    let nats = NatsServer::start().await;
    for _ in 0..20 {
        Replica::hello(&nats).await.leaves().await;
    }
}

#[test]
fn the_smallest_extension_has_at_most_30_lines_of_code() {
    let source = include_str!("../../../examples/hello-extension/src/main.rs");
    let code = source.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
    let count = code.filter(|line| !["#[cfg(test)]", "mod tests;"].contains(line)).count();
    assert!(count <= 30, "{count} lines of code");
}
