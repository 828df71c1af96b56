//! Calls and their answers.

use std::time::Duration;

use futures::{FutureExt as _, StreamExt as _, future::join_all, stream::FuturesUnordered};
use kaa_endpoint::ecap::{
    EndpointTokenStatusTransitionRequest, EndpointTokenValidationRequest as Ask,
    EndpointTokenValidationResponse as Told,
};
use kaa_esp::{Esp as _, ExtensionData};
use kaa_ism::{Bus as _, CallError, Message as _, SendOptions, respond};
use kaa_proves::proves;
use kaa_service::{RunningService, ServiceHandle};

use crate::support::*;

const ASK: &str = "kaa.v1.service.cm.ecap.ep-token-request";

/// A provider of tokens that answers when the test says so.
pub(crate) async fn puppet(world: &World) -> Raw {
    Raw::listen(&world.bus, ASK).await
}

/// A provider of tokens: the token `t` is of the endpoint `ep-t`.
async fn provider(world: &World) -> RunningService {
    let role = respond(async |ask: Ask, _context| {
        Ok(Told::new(200).with_token_id(ask.token.clone()).with_endpoint_id(format!("ep-{}", ask.token)))
    });
    world.service("cm").serve(role).start().await.unwrap()
}

pub(crate) async fn ask(from: &ServiceHandle, token: &str, options: SendOptions) -> Result<Told, CallError> {
    from.call(&instance("cm"), Ask::new("demo", token), options).await
}

fn with_id(id: &str) -> SendOptions {
    SendOptions::default().with_correlation_id(id)
}

fn told(id: &str, endpoint: &str) -> Told {
    let mut told = Told::new(200).with_endpoint_id(endpoint);
    told.correlation_id = id.to_owned();
    told
}

#[proves("ISM-021", "ECAP-001", "ECAP-002", "ECAP-003", "ECAP-004")]
#[tokio::test(start_paused = true)]
async fn an_answer_is_matched_by_correlation_id_on_a_constant_reply_subject() {
    let world = World::new().await;
    let (caller, mut cm) = (world.caller().await, puppet(&world).await);
    let handle = caller.handle();
    let expected = format!("kaa.v1.replica.{}.ecap.ep-token-response", handle.identity().replica);
    let provider = async {
        let (first, second) = (cm.next().await, cm.next().await);
        for incoming in [&second, &first] {
            assert_eq!(incoming.reply_to.as_ref().unwrap().as_str(), expected);
            let asked = Ask::decode(&incoming.body).unwrap();
            cm.answer(incoming, told(&asked.correlation_id, &asked.token).to_bytes()).await;
        }
    };
    let (a, b, ()) =
        tokio::join!(ask(&handle, "a", SendOptions::default()), ask(&handle, "b", SendOptions::default()), provider);
    assert_eq!(a.unwrap().endpoint_id.unwrap(), "a");
    assert_eq!(b.unwrap().endpoint_id.unwrap(), "b");
}

#[tokio::test(start_paused = true)]
async fn a_thousand_calls_are_answered_in_reverse_order() {
    let world = World::new().await;
    let (caller, mut cm) = (world.caller().await, puppet(&world).await);
    let handle = caller.handle();
    let calls = join_all((0..1_000).map(|n| {
        let handle = handle.clone();
        async move { ask(&handle, &n.to_string(), SendOptions::default()).await }
    }));
    let provider = async {
        let mut asked = Vec::new();
        for _ in 0..1_000 {
            asked.push(cm.next().await);
        }
        for incoming in asked.iter().rev() {
            let asked = Ask::decode(&incoming.body).unwrap();
            cm.answer(incoming, told(&asked.correlation_id, &asked.token).to_bytes()).await;
        }
    };
    let (answers, ()) = tokio::join!(calls, provider);
    for (n, answer) in answers.into_iter().enumerate() {
        assert_eq!(answer.unwrap().endpoint_id.unwrap(), n.to_string());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_tasks_call_at_once() {
    let world = World::new().await;
    let (caller, _cm) = (world.caller().await, provider(&world).await);
    let tasks: FuturesUnordered<_> = (0..50)
        .map(|task| {
            let handle = caller.handle();
            tokio::spawn(async move {
                for n in 0..100 {
                    let token = format!("{task}-{n}");
                    let told = ask(&handle, &token, SendOptions::default()).await.unwrap();
                    assert_eq!(told.endpoint_id.unwrap(), format!("ep-{token}"));
                }
            })
        })
        .collect();
    assert!(tasks.all(|ended| async move { ended.is_ok() }).await);
}

#[tokio::test(start_paused = true)]
async fn a_call_without_an_answer_ends_at_its_deadline() {
    let world = World::new().await;
    let (caller, _cm) = (world.caller().await, puppet(&world).await);
    let error = ask(&caller.handle(), "t", SendOptions::default()).await.unwrap_err();
    assert!(error.is_timeout() && !error.is_retryable());
    assert_eq!(world.elapsed().as_secs(), 5);
    let options = SendOptions::default().with_timeout(Duration::from_millis(250));
    let error = ask(&caller.handle(), "t", options).await.unwrap_err();
    insta::assert_snapshot!(error, @"no answer from `cm` to ecap.ep-token-request within 250 ms");
    assert!((5_250..5_260).contains(&world.elapsed().as_millis()));
}

#[tokio::test(start_paused = true)]
async fn a_lost_connection_is_told_at_once() {
    let world = World::new().await;
    let (caller, _cm) = (world.caller().await, puppet(&world).await);
    let handle = caller.handle();
    let calls = tokio::spawn({
        let handle = handle.clone();
        async move { join_all((0..10).map(|_| ask(&handle, "t", SendOptions::default()))).await }
    });
    idle().await;
    world.bus.set_connected(false);
    for outcome in calls.await.unwrap() {
        assert!(matches!(outcome, Err(CallError::Disconnected)));
    }
    let error = ask(&handle, "t", SendOptions::default()).await.unwrap_err();
    assert!(error.is_disconnected() && error.is_retryable(), "nothing was sent");
    assert!(world.elapsed() < Duration::from_millis(10));
    world.bus.set_connected(true);
    let _cm = provider(&world).await;
    assert!(ask(&handle, "t", SendOptions::default()).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn calls_are_told_when_their_service_has_ended() {
    let world = World::new().await;
    let (caller, _cm) = (world.caller().await, puppet(&world).await);
    let handle = caller.handle();
    let call = tokio::spawn(async move { ask(&handle, "t", SendOptions::default()).await });
    idle().await;
    caller.shutdown().await;
    assert!(matches!(call.await.unwrap(), Err(CallError::Disconnected)));
    assert!(world.elapsed() < Duration::from_millis(10));
}

#[tokio::test(start_paused = true)]
async fn a_second_call_with_the_same_correlation_id_is_refused_while_the_first_waits() {
    let world = World::new().await;
    let (caller, mut cm) = (world.caller().await, puppet(&world).await);
    let handle = caller.handle();
    let first = tokio::spawn({
        let handle = handle.clone();
        async move { ask(&handle, "t", with_id("same")).await }
    });
    let incoming = cm.next().await;
    let error = ask(&handle, "t", with_id("same")).await.unwrap_err();
    insta::assert_snapshot!(error, @r#"a call with the correlation id "same" is waiting already"#);
    cm.answer(&incoming, told("same", "ep").to_bytes()).await;
    assert!(first.await.unwrap().is_ok(), "the first is not disturbed");
}

#[proves("ISM-011")]
#[tokio::test(start_paused = true)]
async fn calls_of_different_kinds_share_the_correlation_id_of_their_cause() {
    let world = World::new().await;
    let (caller, mut cm) = (world.caller().await, Raw::listen(&world.bus, "kaa.v1.service.cm.ecap.*").await);
    let handle = caller.handle();
    let transition = EndpointTokenStatusTransitionRequest::new("demo", "t", "REVOKED");
    let cm_instance = instance("cm");
    let provider = async {
        let (first, second) = (cm.next().await, cm.next().await);
        // Of the other kind first: it completes the other call.
        let mut done = kaa_endpoint::ecap::EndpointTokenStatusTransitionResponse::new(200);
        done.correlation_id = "cause".into();
        cm.answer(&second, done.to_bytes()).await;
        cm.answer(&first, told("cause", "ep").to_bytes()).await;
    };
    let (a, b, ()) = tokio::join!(
        ask(&handle, "t", with_id("cause")),
        handle.call(&cm_instance, transition, with_id("cause")),
        provider
    );
    assert!(a.is_ok() && b.is_ok(), "{a:?} {b:?}");
}

#[tokio::test(start_paused = true)]
async fn calls_for_a_cause_without_correlation_id_get_ids_of_their_own() {
    let world = World::new().await;
    let (caller, _cm) = (world.caller().await, provider(&world).await);
    let handle = caller.handle();
    let (a, b) = tokio::join!(ask(&handle, "a", with_id("")), ask(&handle, "b", with_id("")));
    let (a, b) = (a.unwrap(), b.unwrap());
    assert!(!a.correlation_id.is_empty() && a.correlation_id != b.correlation_id);
}

#[tokio::test(start_paused = true)]
async fn a_response_of_another_kind_or_id_does_not_complete_a_call() {
    let world = World::new().await;
    let (caller, mut cm) = (world.caller().await, puppet(&world).await);
    let handle = caller.handle();
    let call = tokio::spawn({
        let handle = handle.clone();
        async move { ask(&handle, "t", with_id("id")).await }
    });
    let incoming = cm.next().await;
    let own = |kind: &str| format!("kaa.v1.replica.{}.{kind}", handle.identity().replica);
    let mut other = ExtensionData::new("/x", 200);
    other.correlation_id = "id".into();
    cm.publish(&own("esp.ExtensionData"), None, other.to_bytes()).await;
    cm.publish(&own("ecap.ep-token-status-transition-response"), None, told("id", "wrong").to_bytes()).await;
    cm.publish(&own("ecap.ep-token-response.more"), None, told("id", "wrong").to_bytes()).await;
    cm.answer(&incoming, told("other id", "wrong").to_bytes()).await;
    cm.answer(&incoming, "").await;
    cm.answer(&incoming, told("id", "right").to_bytes()).await;
    assert_eq!(call.await.unwrap().unwrap().endpoint_id.unwrap(), "right");
    assert_eq!(counter(&handle, "kaa_late_answers_total"), 4);
}

#[tokio::test(start_paused = true)]
async fn late_and_second_answers_are_counted() {
    let world = World::new().await;
    let (caller, mut cm) = (world.caller().await, puppet(&world).await);
    let handle = caller.handle();
    assert!(ask(&handle, "t", with_id("late")).await.unwrap_err().is_timeout());
    let incoming = cm.next().await;
    cm.answer(&incoming, told("late", "ep").to_bytes()).await;
    cm.answer(&incoming, told("late", "ep").to_bytes()).await;
    handle.round_trip(Duration::from_secs(1)).await.unwrap();
    assert_eq!(counter(&handle, "kaa_late_answers_total"), 2);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_cannot_be_read_is_an_error_that_says_why() {
    let world = World::new().await;
    let (caller, mut cm) = (world.caller().await, puppet(&world).await);
    let handle = caller.handle();
    let call = tokio::spawn(async move { ask(&handle, "t", with_id("id")).await });
    let incoming = cm.next().await;
    let whole = told("id", "ep").to_bytes();
    cm.answer(&incoming, whole.slice(..whole.len() - 3)).await;
    let error = call.await.unwrap().unwrap_err();
    assert!(matches!(error, CallError::Undecodable { .. }) && !error.is_retryable());
    assert!(std::error::Error::source(&error).unwrap().to_string().contains("EndpointTokenValidationResponse"));
}

#[tokio::test(start_paused = true)]
async fn calls_that_are_dropped_leave_nothing_behind() {
    let world = World::new().await;
    let caller = world.caller().await;
    let handle = caller.handle();
    {
        let _cm = puppet(&world).await;
        for _ in 0..200_000 {
            assert!(ask(&handle, "t", SendOptions::default()).now_or_never().is_none());
        }
    }
    let _cm = provider(&world).await;
    assert!(ask(&handle, "t", SendOptions::default()).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn more_calls_than_65536_do_not_wait() {
    let world = World::new().await;
    let (caller, _cm) = (world.caller().await, puppet(&world).await);
    let handle = caller.handle();
    let mut waiting = Vec::new();
    for _ in 0..65_536 {
        let mut call = Box::pin(ask(&handle, "t", SendOptions::default()));
        assert!(futures::poll!(&mut call).is_pending());
        waiting.push(call);
    }
    let error = ask(&handle, "t", SendOptions::default()).await.unwrap_err();
    assert!(matches!(error, CallError::Overloaded { waiting: 65_536 }) && error.is_retryable());
    waiting.pop();
    assert!(ask(&handle, "t", SendOptions::default()).await.unwrap_err().is_timeout());
}

#[tokio::test(start_paused = true)]
async fn a_service_calls_itself() {
    let world = World::new().await;
    let cm = provider(&world).await;
    assert_eq!(ask(&cm.handle(), "t", SendOptions::default()).await.unwrap().endpoint_id.unwrap(), "ep-t");
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_too_large_is_not_sent() {
    let world = World::new().await;
    let (caller, _cm) = (world.caller().await, puppet(&world).await);
    let error = ask(&caller.handle(), &"t".repeat(2_000_000), SendOptions::default()).await.unwrap_err();
    assert!(matches!(error, CallError::NotSent(_)) && !error.is_retryable());
}

#[tokio::test(start_paused = true)]
async fn a_handler_calls_on_behalf_of_its_message_within_the_rest_of_its_time() {
    let mut world = World::new().await;
    let _cm = puppet(&world).await;
    let mut ext = world.service("ext");
    let handle = ext.handle();
    let role = kaa_esp::extension(move |_: kaa_esp::ClientData, context: kaa_ism::Context| {
        let handle = handle.clone();
        async move {
            tokio::time::sleep(Duration::from_millis(100)).await;
            let error = ask(&handle, "t", SendOptions::within(&context)).await.unwrap_err();
            Ok(kaa_esp::Reply::bytes(error.to_string()))
        }
    });
    let _ext = ext.serve(role).start().await.unwrap();
    world.send(expiring("/x", 1_000)).await;
    // The call and the handler end at the same moment: either may be first.
    let answer = world.answer().await;
    let text = answer.payload.map(|payload| String::from_utf8(payload.into()).unwrap());
    assert!(answer.status_code == 504 || text.as_ref().is_some_and(|text| text.contains("within 900 ms")), "{text:?}");
    assert!(world.elapsed() < Duration::from_millis(1_010));
}

#[tokio::test(start_paused = true)]
async fn a_call_of_esp_gets_the_answer_of_the_extension() {
    let world = World::new().await;
    let (_ext, caller) = (world.serve(scripted()).await, world.caller().await);
    let answer = caller.handle().esp().call(&instance("ext"), request("/ok"), SendOptions::default()).await.unwrap();
    assert_eq!((answer.status_code, answer.correlation_id.as_str()), (200, "c/ok"));
}
