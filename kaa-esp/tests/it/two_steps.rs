//! Sending in two steps: handed over, then answered.

use std::time::Duration;

use kaa_esp::ExtensionData;
use kaa_ism::{CallError, Message as _, Retry, SendOptions};
use kaa_proves::proves;

use crate::support::*;

/// Hands a message over.
async fn begin(
    scene: &Scene,
    path: &str,
    options: SendOptions,
) -> impl Future<Output = Result<ExtensionData, CallError>> + use<> {
    let (to, now) = (instance("dialog"), scene.client.bus.now());
    scene.client.sessions.begin("ep-1", &to, request(path), now, options).await.unwrap()
}

#[proves("ESP-002", "ESP-014")]
#[tokio::test(start_paused = true)]
async fn it_is_handed_over_first_and_its_answer_pins_the_session() {
    let scene = Scene::new().await;
    let mut sent = scene.world.listen("kaa.v1.*.*.esp.ClientData").await;
    let first = begin(&scene, "/stay", SendOptions::default()).await;
    let second = begin(&scene, "/stay", SendOptions::default()).await;
    assert_eq!(subjects(&mut sent), [TO_INSTANCE; 2], "there is no answer yet that pins");
    assert_eq!((who(&first.await.unwrap()), who(&second.await.unwrap())), ("d1", "d1"));
    let third = begin(&scene, "/go", SendOptions::default()).await;
    assert_eq!(subjects(&mut sent), [TO_D1]);
    third.await.unwrap();
    begin(&scene, "/go", SendOptions::default()).await.await.unwrap();
    assert_eq!(subjects(&mut sent), [TO_INSTANCE]);
}

#[proves("ESP-002")]
#[tokio::test(start_paused = true)]
async fn what_is_begun_one_after_the_other_reaches_the_replica_in_that_order() {
    let scene = Scene::pinned().await;
    let mut sent = scene.world.listen(TO_D1).await;
    let mut answers = Vec::new();
    for n in 0..10 {
        answers.push(begin(&scene, &format!("/go/{n}"), SendOptions::default()).await);
    }
    for n in 0..10 {
        let data = kaa_esp::ClientData::decode(&next(&mut sent).await.body).unwrap();
        assert_eq!(data.resource_path, format!("/go/{n}"));
    }
    for answer in answers {
        assert_eq!(who(&answer.await.unwrap()), "d1");
    }
}

#[proves("ESP-002")]
#[tokio::test(start_paused = true)]
async fn when_the_replica_is_gone_the_second_step_goes_to_the_instance() {
    let scene = Scene::moved().await;
    let mut sent = scene.world.listen(TO_INSTANCE).await;
    let began = scene.world.elapsed();
    let (one, other) =
        (begin(&scene, "/one", SendOptions::default()).await, begin(&scene, "/two", SendOptions::default()).await);
    let (one, other) = tokio::join!(one, other);
    assert_eq!((who(&one.unwrap()), who(&other.unwrap())), ("d2", "d2"));
    assert!(scene.world.elapsed() - began < Duration::from_secs(1));
    assert_eq!(subjects(&mut sent), [TO_INSTANCE; 2]);
    begin(&scene, "/stay", SendOptions::default()).await.await.unwrap();
    assert_eq!(subjects(&mut sent), [TO_INSTANCE], "the session was unpinned");
}

#[tokio::test(start_paused = true)]
async fn a_replica_that_does_not_answer_in_time_loses_the_session_and_the_message_is_not_sent_again() {
    let scene = Scene::hung().await;
    let mut sent = scene.world.listen(TO_INSTANCE).await;
    let options = SendOptions::default().with_timeout(Duration::from_secs(2));
    let error = begin(&scene, "/stay", options.clone()).await.await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert_eq!(subjects(&mut sent), [""; 0]);
    assert_eq!(who(&begin(&scene, "/stay", options).await.await.unwrap()), "d2");
}

#[tokio::test(start_paused = true)]
async fn one_that_may_be_handled_twice_goes_on_to_the_instance_in_time() {
    let scene = Scene::hung().await;
    let began = scene.world.elapsed();
    let options = SendOptions::default().with_timeout(Duration::from_secs(2)).with_retry(Retry::idempotent());
    assert_eq!(who(&begin(&scene, "/stay", options).await.await.unwrap()), "d2");
    assert!(scene.world.elapsed() - began < Duration::from_secs(2));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_nobody_waits_for_any_more_pins_nothing() {
    let scene = Scene::new().await;
    drop(begin(&scene, "/stay", SendOptions::default()).await);
    idle().await;
    let mut sent = scene.world.listen(TO_INSTANCE).await;
    scene.client.call("/go").await;
    assert_eq!(subjects(&mut sent), [TO_INSTANCE]);
}
