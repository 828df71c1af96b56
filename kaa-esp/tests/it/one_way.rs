//! Messages without request id, whose success is not answered.

use std::time::Duration;

use kaa_esp::{ClientData, ExtensionData};
use kaa_ism::{CallError, Retry, SendOptions};
use kaa_proves::proves;

use crate::support::*;

/// Hands a message over; what comes of it if the session is pinned.
async fn send(
    scene: &Scene,
    path: &str,
    options: SendOptions,
) -> Option<impl Future<Output = Result<Option<ExtensionData>, CallError>> + use<>> {
    let data = ClientData::new("demo-v1", path).with_endpoint_id("ep-1");
    scene.client.sessions.send("ep-1", &instance("dialog"), data, scene.client.bus.now(), options).await.unwrap()
}

#[proves("ESP-001", "ESP-002", "ESP-003")]
#[tokio::test(start_paused = true)]
async fn they_go_to_the_replica_too_and_silence_leaves_the_session_as_it_is() {
    let scene = Scene::new().await;
    let mut sent = scene.world.listen("kaa.v1.*.*.esp.ClientData").await;
    assert!(send(&scene, "/go", SendOptions::default()).await.is_none());
    assert_eq!(subjects(&mut sent), [TO_INSTANCE]);
    scene.client.call("/stay").await;
    assert_eq!(subjects(&mut sent), [TO_INSTANCE]);
    // It is not tried again either, whatever the options say.
    let options = SendOptions::default().with_timeout(Duration::from_secs(2)).with_retry(Retry::idempotent());
    assert_eq!(send(&scene, "/go", options).await.unwrap().await.unwrap(), None);
    drop(send(&scene, "/go", SendOptions::default()).await);
    let incoming = next(&mut sent).await;
    assert_eq!(incoming.subject.as_str(), TO_D1);
    assert_eq!(incoming.reply_to.unwrap().as_str(), "kaa.v1.replica.k1.esp.ExtensionData");
    assert_eq!(subjects(&mut sent), [TO_D1]);
}

#[tokio::test(start_paused = true)]
async fn an_error_is_answered() {
    let scene = Scene::pinned().await;
    let error = send(&scene, "/refuse", SendOptions::default()).await.unwrap().await.unwrap().unwrap();
    assert_eq!((error.status_code, who(&error)), (409, "d1"));
}

#[proves("ESP-002")]
#[tokio::test(start_paused = true)]
async fn when_the_replica_is_gone_they_go_to_the_instance() {
    let scene = Scene::moved().await;
    let mut sent = scene.world.listen(TO_INSTANCE).await;
    assert_eq!(send(&scene, "/go", SendOptions::default()).await.unwrap().await.unwrap(), None);
    assert_eq!(subjects(&mut sent), [TO_INSTANCE]);
    assert!(send(&scene, "/go", SendOptions::default()).await.is_none(), "the session was unpinned");
}

#[tokio::test(start_paused = true)]
async fn when_all_replicas_are_gone_the_sender_is_told_so() {
    let mut scene = Scene::pinned().await;
    scene.goes("d1").await;
    let error = send(&scene, "/go", SendOptions::default()).await.unwrap().await.unwrap_err();
    assert!(matches!(error, CallError::NoResponders { .. }), "{error}");
}

#[tokio::test(start_paused = true)]
async fn what_one_of_them_finds_out_the_next_need_not() {
    let mut scene = Scene::pinned().await;
    // It arrives, and nothing more will be heard of it: the bus cannot tell it from the next one at once.
    drop(send(&scene, "/go", SendOptions::default()).await);
    idle().await;
    scene.comes("d2").await;
    scene.goes("d1").await;
    let lost = send(&scene, "/go", SendOptions::default()).await.unwrap();
    idle().await;
    let mut sent = scene.world.listen(TO_INSTANCE).await;
    assert_eq!(send(&scene, "/go", SendOptions::default()).await.unwrap().await.unwrap(), None);
    assert_eq!(subjects(&mut sent), [TO_INSTANCE]);
    assert!(send(&scene, "/go", SendOptions::default()).await.is_none());
    assert_eq!(lost.await.unwrap(), None);
}
