//! Messages without request id, whose success is not answered.

use std::time::Duration;

use kaa_esp::{ClientData, ExtensionData};
use kaa_ism::{CallError, Retry, SendOptions};
use kaa_proves::proves;

use crate::support::*;

/// Hands a message over; what comes of it if the session is pinned.
async fn send(
    client: &Client,
    path: &str,
    options: SendOptions,
) -> Option<impl Future<Output = Result<Option<ExtensionData>, CallError>> + use<>> {
    let data = ClientData::new("demo-v1", path).with_endpoint_id("ep-1");
    client.sessions.send("ep-1", &instance("dialog"), data, client.bus.now(), options).await.unwrap()
}

#[proves("ESP-001", "ESP-002", "ESP-003")]
#[tokio::test(start_paused = true)]
async fn they_go_to_the_replica_too_and_silence_leaves_the_session_as_it_is() {
    let world = World::new();
    let _dialog = world.dialog("d1").await;
    let client = Client::new(&world).await;
    let mut sent = world.listen("kaa.v1.*.*.esp.ClientData").await;
    assert!(send(&client, "/go", SendOptions::default()).await.is_none());
    assert_eq!(subjects(&mut sent), [TO_INSTANCE]);
    client.call("/stay").await;
    assert_eq!(subjects(&mut sent), [TO_INSTANCE]);
    // It is not tried again either, whatever the options say.
    let options = SendOptions::default().with_timeout(Duration::from_secs(2)).with_retry(Retry::idempotent());
    assert_eq!(send(&client, "/go", options).await.unwrap().await.unwrap(), None);
    drop(send(&client, "/go", SendOptions::default()).await);
    let incoming = next(&mut sent).await;
    assert_eq!(incoming.subject.as_str(), TO_D1);
    assert_eq!(incoming.reply_to.unwrap().as_str(), "kaa.v1.replica.k1.esp.ExtensionData");
    assert_eq!(subjects(&mut sent), [TO_D1]);
}

#[tokio::test(start_paused = true)]
async fn an_error_is_answered() {
    let world = World::new();
    let _dialog = world.dialog("d1").await;
    let client = Client::new(&world).await;
    client.call("/stay").await;
    let error = send(&client, "/refuse", SendOptions::default()).await.unwrap().await.unwrap().unwrap();
    assert_eq!((error.status_code, who(&error)), (409, "d1"));
}

#[proves("ESP-002")]
#[tokio::test(start_paused = true)]
async fn when_the_replica_is_gone_they_go_to_the_instance() {
    let world = World::new();
    let first = world.dialog("d1").await;
    let client = Client::new(&world).await;
    client.call("/stay").await;
    let _second = world.dialog("d2").await;
    drop(first);
    idle().await;
    let mut sent = world.listen(TO_INSTANCE).await;
    assert_eq!(send(&client, "/go", SendOptions::default()).await.unwrap().await.unwrap(), None);
    assert_eq!(subjects(&mut sent), [TO_INSTANCE]);
    assert!(send(&client, "/go", SendOptions::default()).await.is_none(), "the session was unpinned");
}

#[tokio::test(start_paused = true)]
async fn when_all_replicas_are_gone_the_sender_is_told_so() {
    let world = World::new();
    let dialog = world.dialog("d1").await;
    let client = Client::new(&world).await;
    client.call("/stay").await;
    drop(dialog);
    idle().await;
    let error = send(&client, "/go", SendOptions::default()).await.unwrap().await.unwrap_err();
    assert!(matches!(error, CallError::NoResponders { .. }), "{error}");
}

#[tokio::test(start_paused = true)]
async fn what_one_of_them_finds_out_the_next_need_not() {
    let world = World::new();
    let first = world.dialog("d1").await;
    let client = Client::new(&world).await;
    client.call("/stay").await;
    // It arrives, and nothing more will be heard of it: the bus cannot tell it from the next one at once.
    drop(send(&client, "/go", SendOptions::default()).await);
    idle().await;
    let _second = world.dialog("d2").await;
    drop(first);
    idle().await;
    let lost = send(&client, "/go", SendOptions::default()).await.unwrap();
    idle().await;
    let mut sent = world.listen(TO_INSTANCE).await;
    assert_eq!(send(&client, "/go", SendOptions::default()).await.unwrap().await.unwrap(), None);
    assert_eq!(subjects(&mut sent), [TO_INSTANCE]);
    assert!(send(&client, "/go", SendOptions::default()).await.is_none());
    assert_eq!(lost.await.unwrap(), None);
}
