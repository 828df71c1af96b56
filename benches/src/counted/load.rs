//! Who sends messages, and takes the answers.

use std::time::Duration;

use async_nats::{Client, Subscriber};
use bytes::Bytes;
use futures::StreamExt as _;
use kaa_esp::ClientData;
use kaa_ism::Message as _;

/// Where an extension with the name `echo` listens.
pub(super) const SUBJECT: &str = "kaa.v1.service.echo.esp.ClientData";
const REPLY_TO: &str = "kaa.v1.replica.load.esp.ExtensionData";

/// Longer than any turn.
const LOST_AFTER: Duration = Duration::from_secs(60);

/// What is sent.
pub(super) fn message() -> Bytes {
    let mut message = ClientData::new("smart_kettle_v1", "/json")
        .with_endpoint_id("0b8f3a52-7f43-4a52-9d34-5f0f6f3f8b11")
        .with_request_id(42)
        .with_payload(vec![b'x'; 64]);
    message.correlation_id = "0b2d4c1e-7a55-4f0e-9d9b-3c2f1a6e8d70".to_owned();
    message.timestamp = 1_700_000_000_123;
    message.to_bytes()
}

/// Sends so many messages, with so many under way, and waits for all answers. Returns the last one.
pub(super) async fn send(url: String, in_flight: u32, messages: u32) -> Bytes {
    let client = async_nats::connect(url).await.expect("a connection");
    let mut answers = client.subscribe(REPLY_TO).await.expect("a subscription");
    let exchanged = async {
        for _ in 0..in_flight {
            publish(&client).await;
        }
        for _ in in_flight..messages {
            next(&mut answers).await;
            publish(&client).await;
        }
        for _ in 1..in_flight {
            next(&mut answers).await;
        }
        next(&mut answers).await
    };
    tokio::time::timeout(LOST_AFTER, exchanged).await.expect("every message is answered")
}

async fn publish(client: &Client) {
    client.publish_with_reply(SUBJECT, REPLY_TO, message()).await.expect("a connection");
}

async fn next(answers: &mut Subscriber) -> Bytes {
    answers.next().await.expect("a connection").payload
}
