//! Sending in two steps: handed over, then answered.

use std::time::Duration;

use kaa_esp::ExtensionData;
use kaa_ism::{CallError, Message as _, Retry, SendOptions};
use kaa_proves::proves;

use crate::support::*;

/// Hands a message over.
async fn begin(
    client: &Client,
    path: &str,
    options: SendOptions,
) -> impl Future<Output = Result<ExtensionData, CallError>> + use<> {
    let (to, now) = (instance("dialog"), client.bus.now());
    client.sessions.begin("ep-1", &to, request(path), now, options).await.unwrap()
}

#[proves("ESP-002", "ESP-014")]
#[tokio::test(start_paused = true)]
async fn it_is_handed_over_first_and_its_answer_pins_the_session() {
    let world = World::new();
    let _dialog = world.dialog("d1").await;
    let client = Client::new(&world).await;
    let mut sent = world.listen("kaa.v1.*.*.esp.ClientData").await;
    let first = begin(&client, "/stay", SendOptions::default()).await;
    let second = begin(&client, "/stay", SendOptions::default()).await;
    assert_eq!(subjects(&mut sent), [TO_INSTANCE; 2], "there is no answer yet that pins");
    assert_eq!((who(&first.await.unwrap()), who(&second.await.unwrap())), ("d1", "d1"));
    let third = begin(&client, "/go", SendOptions::default()).await;
    assert_eq!(subjects(&mut sent), [TO_D1]);
    third.await.unwrap();
    begin(&client, "/go", SendOptions::default()).await.await.unwrap();
    assert_eq!(subjects(&mut sent), [TO_INSTANCE]);
}

#[proves("ESP-002")]
#[tokio::test(start_paused = true)]
async fn what_is_begun_one_after_the_other_reaches_the_replica_in_that_order() {
    let world = World::new();
    let _dialog = world.dialog("d1").await;
    let client = Client::new(&world).await;
    client.call("/stay").await;
    let mut sent = world.listen(TO_D1).await;
    let mut answers = Vec::new();
    for n in 0..10 {
        answers.push(begin(&client, &format!("/go/{n}"), SendOptions::default()).await);
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
    let world = World::new();
    let first = world.dialog("d1").await;
    let client = Client::new(&world).await;
    client.call("/stay").await;
    let _second = world.dialog("d2").await;
    drop(first);
    idle().await;
    let mut sent = world.listen(TO_INSTANCE).await;
    let began = world.elapsed();
    let (one, other) =
        (begin(&client, "/one", SendOptions::default()).await, begin(&client, "/two", SendOptions::default()).await);
    let (one, other) = tokio::join!(one, other);
    assert_eq!((who(&one.unwrap()), who(&other.unwrap())), ("d2", "d2"));
    assert!(world.elapsed() - began < Duration::from_secs(1));
    assert_eq!(subjects(&mut sent), [TO_INSTANCE; 2]);
    begin(&client, "/stay", SendOptions::default()).await.await.unwrap();
    assert_eq!(subjects(&mut sent), [TO_INSTANCE], "the session was unpinned");
}

#[tokio::test(start_paused = true)]
async fn a_replica_that_does_not_answer_in_time_loses_the_session_and_the_message_is_not_sent_again() {
    let world = World::new();
    let (client, _others) = hung(&world).await;
    let mut sent = world.listen(TO_INSTANCE).await;
    let options = SendOptions::default().with_timeout(Duration::from_secs(2));
    let error = begin(&client, "/stay", options.clone()).await.await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert_eq!(subjects(&mut sent), [""; 0]);
    assert_eq!(who(&begin(&client, "/stay", options).await.await.unwrap()), "d2");
}

#[tokio::test(start_paused = true)]
async fn one_that_may_be_handled_twice_goes_on_to_the_instance_in_time() {
    let world = World::new();
    let (client, _others) = hung(&world).await;
    let began = world.elapsed();
    let options = SendOptions::default().with_timeout(Duration::from_secs(2)).with_retry(Retry::idempotent());
    assert_eq!(who(&begin(&client, "/stay", options).await.await.unwrap()), "d2");
    assert!(world.elapsed() - began < Duration::from_secs(2));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_nobody_waits_for_any_more_pins_nothing() {
    let world = World::new();
    let _dialog = world.dialog("d1").await;
    let client = Client::new(&world).await;
    drop(begin(&client, "/stay", SendOptions::default()).await);
    idle().await;
    let mut sent = world.listen(TO_INSTANCE).await;
    client.call("/go").await;
    assert_eq!(subjects(&mut sent), [TO_INSTANCE]);
}
