//! Sessions that stay with a replica of an extension.

use std::time::Duration;

use kaa_esp::{ClientData, Context, Esp as _, ExtensionData, SessionChange, Sessions, communication};
use kaa_ism::{CallError, Retry, SendOptions, Subject};
use kaa_proves::proves;
use tokio::sync::mpsc;

use crate::support::*;

#[proves("ESP-002", "ESP-003", "ESP-014")]
#[tokio::test(start_paused = true)]
async fn a_session_stays_with_the_replica_that_asks_for_it() {
    let mut scene = Scene::new().await;
    scene.comes("d2").await;
    let first = scene.client.call("/stay").await;
    let mut sent = scene.world.listen("kaa.v1.*.*.esp.ClientData").await;
    for _ in 0..5 {
        assert_eq!(scene.client.call("/stay").await, first);
        let incoming = next(&mut sent).await;
        assert_eq!(incoming.subject.as_str(), format!("kaa.v1.replica.{first}.esp.ClientData"));
        assert_eq!(incoming.reply_to.unwrap().as_str(), "kaa.v1.replica.k1.esp.ExtensionData");
    }
    let mut others = Vec::new();
    for n in 0..4 {
        let (session, data) = (format!("other-{n}"), request("/stay"));
        let (client, to) = (&scene.client, instance("dialog"));
        let answer = client.sessions.call(&session, &to, data, client.bus.now(), SendOptions::default()).await;
        others.push(who(&answer.unwrap()).to_owned());
    }
    others.sort();
    others.dedup();
    assert_eq!(others, ["d1", "d2"], "sessions of other clients begin with any replica");
}

#[proves("ESP-014")]
#[tokio::test(start_paused = true)]
async fn the_answer_that_asks_for_it_carries_a_replica_reply_to() {
    let scene = Scene::new().await;
    let mut answers = scene.world.listen("kaa.v1.replica.k1.esp.ExtensionData").await;
    scene.client.call("/stay").await;
    assert_eq!(next(&mut answers).await.reply_to.unwrap().as_str(), TO_D1);
    scene.client.call("/go").await;
    scene.client.call("/refuse").await;
    for _ in 0..2 {
        assert!(next(&mut answers).await.reply_to.is_none());
    }
}

#[proves("ESP-001", "ESP-014")]
#[tokio::test(start_paused = true)]
async fn an_answer_without_a_reply_to_ends_the_session_and_an_error_does_not() {
    let scene = Scene::new().await;
    let mut sent = scene.world.listen("kaa.v1.*.*.esp.ClientData").await;
    for path in ["/go", "/stay", "/refuse", "/go", "/go"] {
        scene.client.call(path).await;
    }
    assert_eq!(subjects(&mut sent), [TO_INSTANCE, TO_INSTANCE, TO_D1, TO_D1, TO_INSTANCE]);
}

#[proves("ESP-002")]
#[tokio::test(start_paused = true)]
async fn when_the_replica_is_gone_the_message_goes_to_the_instance_within_the_same_deadline() {
    let scene = Scene::moved().await;
    let mut sent = scene.world.listen(TO_INSTANCE).await;
    let began = scene.world.elapsed();
    assert_eq!(scene.client.call("/stay").await, "d2");
    assert!(scene.world.elapsed() - began < Duration::from_secs(1), "that nobody is there is told at once");
    assert_eq!(subjects(&mut sent), [TO_INSTANCE]);
    assert_eq!(scene.client.call("/stay").await, "d2");
    assert_eq!(subjects(&mut sent), [""; 0], "the session goes on there");
}

#[tokio::test(start_paused = true)]
async fn when_all_replicas_are_gone_the_caller_is_told_so() {
    let mut scene = Scene::pinned().await;
    scene.goes("d1").await;
    let error = scene.client.try_call("/stay", SendOptions::default()).await.unwrap_err();
    assert!(matches!(error, CallError::NoResponders { .. }), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_replica_that_does_not_answer_in_time_loses_the_session() {
    let scene = Scene::hung().await;
    let began = scene.world.elapsed();
    let options = SendOptions::default().with_timeout(Duration::from_secs(2));
    let error = scene.client.try_call("/stay", options).await.unwrap_err();
    assert!(error.is_timeout(), "it may have been handled, so it is not sent again: {error}");
    let took = scene.world.elapsed() - began;
    assert!(took >= Duration::from_secs(2) && took < Duration::from_millis(2100), "{took:?}");
    assert_eq!(scene.client.call("/stay").await, "d2");
}

#[tokio::test(start_paused = true)]
async fn what_may_be_handled_twice_goes_to_the_instance_within_the_same_deadline() {
    let scene = Scene::hung().await;
    let began = scene.world.elapsed();
    let options = SendOptions::default().with_timeout(Duration::from_secs(2)).with_retry(Retry::idempotent());
    assert_eq!(who(&scene.client.try_call("/stay", options).await.unwrap()), "d2");
    assert!(scene.world.elapsed() - began < Duration::from_secs(2));
}

#[proves("ESP-002", "ESP-012", "ESP-014")]
#[tokio::test(start_paused = true)]
async fn a_push_may_ask_for_the_session() {
    let world = World::new();
    let mut kpc = world.service("kpc", "k1");
    let bus = kpc.handle();
    let sessions = bus.esp().with_sessions(Sessions::new(100, Duration::from_secs(600)));
    let (tell, mut delivered) = mpsc::unbounded_channel();
    let _kpc = kpc
        .serve(communication({
            let (bus, sessions) = (bus.clone(), sessions.clone());
            move |data: ExtensionData, context: Context| {
                sessions.delivered("ep-1", &data, &context, bus.now());
                tell.send(context.reply_to).unwrap();
                async { Ok(()) }
            }
        }))
        .start()
        .await
        .unwrap();
    let (_d1, d2) = (world.dialog("d1").await, world.dialog("d2").await);
    let mut sent = world.listen("kaa.v1.*.*.esp.ClientData").await;
    let push = || ExtensionData::new("/question", 200).with_endpoint_id("ep-1");
    let to = instance("kpc");
    d2.handle().esp().push_pinned(&to, push(), SendOptions::default()).await.unwrap();
    assert_eq!(delivered.recv().await.unwrap().unwrap().as_str(), "kaa.v1.replica.d2.esp.ClientData");
    d2.handle().esp().push(&to, push(), SendOptions::default()).await.unwrap();
    assert_eq!(delivered.recv().await.unwrap(), None::<Subject>, "it says nothing about the session");
    for path in ["/go", "/go"] {
        let data: ClientData = request(path);
        sessions.call("ep-1", &instance("dialog"), data, bus.now(), SendOptions::default()).await.unwrap();
    }
    assert_eq!(subjects(&mut sent), ["kaa.v1.replica.d2.esp.ClientData", TO_INSTANCE]);
}

#[tokio::test(start_paused = true)]
async fn whoever_watches_is_told_what_becomes_of_sessions() {
    use SessionChange::{Lost, Pinned, Unpinned};
    let mut scene = Scene::new().await;
    let (tell, mut changes) = mpsc::unbounded_channel();
    scene.client.sessions = scene.client.sessions.with_watch(move |change| tell.send(change).unwrap());
    for path in ["/stay", "/stay", "/refuse", "/go", "/go", "/stay"] {
        scene.client.call(path).await;
    }
    scene.goes("d1").await;
    scene.comes("d2").await;
    scene.client.call("/stay").await;
    scene.client.sessions.unpin("ep-1", &instance("dialog"));
    scene.client.sessions.unpin("ep-1", &instance("dialog"));
    let told: Vec<_> = std::iter::from_fn(|| changes.try_recv().ok()).collect();
    assert_eq!(told, [Pinned, Unpinned, Pinned, Lost, Pinned, Unpinned]);
}
