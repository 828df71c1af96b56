//! Calls to where nobody listens are told at once, and no others.

use std::time::Duration;

use kaa_endpoint::ecap::{EndpointTokenValidationRequest as Ask, EndpointTokenValidationResponse as Told};
use kaa_esp::{Esp as _, ExtensionData};
use kaa_ism::{Bus as _, CallError, Message as _, Retry, SendOptions};
use kaa_service::ServiceHandle;
use tokio::task::JoinHandle;

use crate::{calls::puppet, support::*};

type Call = JoinHandle<Result<Told, CallError>>;

/// A call to `to`, with its token as correlation id, that is under way.
async fn call(from: &ServiceHandle, to: &str, token: &str) -> Call {
    let (from, to, ask) = (from.clone(), instance(to), Ask::new("demo", token).with_correlation_id(token));
    let call = tokio::spawn(async move { from.call(&to, ask, SendOptions::default()).await });
    tokio::task::yield_now().await;
    call
}

trait WithCorrelationId {
    fn with_correlation_id(self, id: &str) -> Self;
}

impl WithCorrelationId for Ask {
    fn with_correlation_id(mut self, id: &str) -> Self {
        self.correlation_id = id.to_owned();
        self
    }
}

async fn answer(world: &World, caller: &ServiceHandle, id: &str) {
    let mut told = Told::new(200);
    told.correlation_id = id.to_owned();
    let to = format!("kaa.v1.replica.{}.ecap.ep-token-response", caller.identity().replica);
    publish(&world.bus, &to, None, told.to_bytes()).await;
}

async fn nobody_listened(call: Call) {
    let outcome = call.await.unwrap();
    assert!(matches!(outcome, Err(CallError::NoResponders { .. })), "{outcome:?}");
}

#[tokio::test(start_paused = true)]
async fn it_is_told_at_once_and_may_be_tried_again() {
    let world = World::new().await;
    let caller = world.caller().await;
    let error = call(&caller.handle(), "nobody", "t").await.await.unwrap().unwrap_err();
    insta::assert_snapshot!(error, @"no replica of `nobody` listens to ecap.ep-token-request");
    assert!(error.is_retryable());
    assert!(world.elapsed().is_zero());
}

#[tokio::test(start_paused = true)]
async fn it_is_told_while_calls_to_another_instance_wait_and_those_go_on() {
    let world = World::new().await;
    let (caller, _cm) = (world.caller().await, puppet(&world).await);
    let handle = caller.handle();
    let (a, b) = (call(&handle, "cm", "a").await, call(&handle, "cm", "b").await);
    for n in 0..3 {
        nobody_listened(call(&handle, "nobody", &format!("lost {n}")).await).await;
    }
    assert!(world.elapsed().is_zero());
    answer(&world, &handle, "a").await;
    answer(&world, &handle, "b").await;
    assert!(a.await.unwrap().is_ok() && b.await.unwrap().is_ok());
}

#[tokio::test(start_paused = true)]
async fn it_is_told_of_calls_to_the_same_instance_as_soon_as_that_is_certain() {
    let world = World::new().await;
    let (caller, cm) = (world.caller().await, puppet(&world).await);
    let handle = caller.handle();
    let delivered = call(&handle, "cm", "delivered").await;
    drop(cm);
    let lost = call(&handle, "cm", "lost").await;
    idle().await;
    assert!(!lost.is_finished(), "one of two: nobody knows which");
    answer(&world, &handle, "delivered").await;
    assert!(delivered.await.unwrap().is_ok());
    nobody_listened(lost).await;
    assert!(world.elapsed() < Duration::from_millis(5));
}

#[tokio::test(start_paused = true)]
async fn it_is_told_to_many_callers_at_once() {
    let world = World::new().await;
    let (caller, _cm) = (world.caller().await, puppet(&world).await);
    let handle = caller.handle();
    let mut waiting = Vec::new();
    for n in 0..100 {
        let to = if n % 2 == 0 { "cm" } else { "nobody" };
        waiting.push(call(&handle, to, &n.to_string()).await);
    }
    idle().await;
    for (n, call) in waiting.into_iter().enumerate() {
        if n % 2 == 0 {
            assert!(!call.is_finished());
        } else {
            nobody_listened(call).await;
        }
    }
    assert!(world.elapsed() < Duration::from_millis(5));
}

#[tokio::test(start_paused = true)]
async fn messages_sent_one_way_to_nobody_blame_no_call() {
    let mut world = World::new().await;
    let (caller, mut ext) = (world.caller().await, Raw::listen(&world.bus, "kaa.v1.service.ext.esp.ClientData").await);
    let handle = caller.handle();
    let call = tokio::spawn({
        let handle = handle.clone();
        async move { handle.esp().call(&instance("ext"), request("/call"), SendOptions::default()).await }
    });
    let incoming = ext.next().await;
    for n in 0..10 {
        let data = request(&format!("/one way {n}"));
        handle.esp().send(&instance("nobody"), data.clone(), SendOptions::default()).await.unwrap();
        handle.esp().send(&instance("ext"), data, SendOptions::default()).await.unwrap();
        idle().await;
    }
    drop(ext);
    handle.esp().send(&instance("ext"), request("/lost"), SendOptions::default()).await.unwrap();
    idle().await;
    assert!(!call.is_finished());
    let mut told = kaa_esp::ExtensionData::new("/call", 200);
    told.correlation_id = "c/call".into();
    world.peer.publish(incoming.reply_to.unwrap().as_str(), None, told.to_bytes()).await;
    assert!(call.await.unwrap().is_ok());
    assert!(world.peer.here().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_call_that_was_given_up_blames_no_other() {
    let world = World::new().await;
    let caller = world.caller().await;
    let handle = caller.handle();
    let given_up = call(&handle, "cm", "given up").await;
    given_up.abort();
    let _cm = puppet(&world).await;
    let delivered = call(&handle, "cm", "delivered").await;
    idle().await;
    assert!(!delivered.is_finished());
    answer(&world, &handle, "delivered").await;
    assert!(delivered.await.unwrap().is_ok());
}

#[tokio::test(start_paused = true)]
async fn it_is_told_at_once_after_calls_that_never_left() {
    let world = World::new().await;
    let caller = world.caller().await;
    let handle = caller.handle();
    world.bus.set_connected(false);
    for n in 0..10 {
        assert!(call(&handle, "nobody", &n.to_string()).await.await.unwrap().unwrap_err().is_disconnected());
    }
    world.bus.set_connected(true);
    nobody_listened(call(&handle, "nobody", "lost").await).await;
    assert!(world.elapsed().is_zero());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn with_many_threads_nobody_is_told_who_was_heard() {
    let world = World::new().await;
    let (caller, _cm) = (world.caller().await, provider(&world).await);
    let tasks = (0..8).map(|task| {
        let handle = caller.handle();
        tokio::spawn(async move {
            for n in 0..300 {
                let to = if (task + n) % 3 == 0 { "nobody" } else { "cm" };
                let outcome = handle.call(&instance(to), Ask::new("demo", "t"), SendOptions::default()).await;
                match to {
                    "cm" => assert!(outcome.is_ok(), "{outcome:?}"),
                    _ => assert!(matches!(outcome, Err(CallError::NoResponders { .. })), "{outcome:?}"),
                }
            }
        })
    });
    for ended in futures::future::join_all(tasks).await {
        ended.unwrap();
    }
}

async fn provider(world: &World) -> kaa_service::RunningService {
    let role = kaa_ism::respond(async |_: Ask, _context| Ok(Told::new(200)));
    world.service("cm").serve(role).start().await.unwrap()
}

fn timeout_of(ms: u64) -> SendOptions {
    SendOptions::default().with_timeout(Duration::from_millis(ms))
}

#[tokio::test(start_paused = true)]
async fn an_answer_to_an_earlier_try_blames_no_other_call() {
    let world = World::new().await;
    let (caller, mut ext) = (world.caller().await, Raw::listen(&world.bus, "kaa.v1.service.ext.esp.ClientData").await);
    let handle = caller.handle();
    let call = |path: &'static str, options: SendOptions| {
        let handle = handle.clone();
        tokio::spawn(async move { handle.esp().call(&instance("ext"), request(path), options).await })
    };
    // A: two tries of one second each; the first one is in work at ext.
    let a = call("/a", timeout_of(2000).with_retry(Retry::idempotent().with_tries(2)));
    let a_incoming = ext.next().await;
    // Any call to somebody who is not there, now and then.
    let gone = handle.esp().call(&instance("gone"), request("/gone"), timeout_of(5000)).await;
    assert!(matches!(gone, Err(CallError::NoResponders { .. })));
    // Y: delivered, in work at ext.
    let y = call("/y", timeout_of(10_000));
    let y_incoming = ext.next().await;
    // ext drains: takes nothing more, finishes what it has.
    drop(ext);
    // The second try of A finds nobody (1.05 s), then the answer to the first one comes.
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert!(!a.is_finished() && !y.is_finished());
    let answer = |path: &str| {
        let mut told = ExtensionData::new(path, 200);
        told.correlation_id = format!("c{path}");
        told.to_bytes()
    };
    world.peer.publish(a_incoming.reply_to.unwrap().as_str(), None, answer("/a")).await;
    assert_eq!(a.await.unwrap().unwrap().status_code, 200);
    tokio::time::sleep(Duration::from_millis(500)).await;
    world.peer.publish(y_incoming.reply_to.unwrap().as_str(), None, answer("/y")).await;
    assert_eq!(y.await.unwrap().unwrap().status_code, 200, "it was delivered and is answered");
}
