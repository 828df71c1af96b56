//! 12/CIP.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use kaa_endpoint::cip::{Cip as _, CommandAgent, CommandInvocationRequest, CommandOutcome, agent};
use kaa_ism::{Bus as _, Context, RequestError, SendOptions, Status, StatusCode};
use kaa_proves::proves;

use crate::support::*;

/// Does what the command type says, after a second, and counts.
#[derive(Clone, Default)]
struct Endpoints(Arc<AtomicUsize>);

impl Endpoints {
    fn executions(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl CommandAgent for Endpoints {
    async fn execute(&self, command: CommandInvocationRequest, _: Context) -> Result<CommandOutcome, Status> {
        let number = self.0.fetch_add(1, Ordering::SeqCst) + 1;
        tokio::time::sleep(Duration::from_secs(1)).await;
        match command.command_type.as_str() {
            "reboot" => Ok(CommandOutcome::new("kettle-v1").with_payload(format!("execution {number}"))),
            "fail" => Ok(CommandOutcome::new("kettle-v1")
                .with_status_code(StatusCode::new(422))
                .with_reason_phrase("too hot")
                .with_payload("95")),
            "panic" => panic!("secret"),
            "hang" => std::future::pending().await,
            _ => Err(Status::unavailable("the endpoint is not there")),
        }
    }
}

fn reboot(command_id: i32) -> CommandInvocationRequest {
    CommandInvocationRequest::new("ep-1", "reboot", command_id)
}

fn payload(outcome: Result<CommandOutcome, RequestError>) -> String {
    String::from_utf8(outcome.unwrap().payload.unwrap().to_vec()).unwrap()
}

#[proves("CIP-005", "CIP-006", "CIP-007", "CIP-009", "CIP-010")]
#[tokio::test(start_paused = true)]
async fn each_command_has_one_result() {
    let done = answered(agent(Endpoints::default()), reboot(7)).await;
    assert_eq!((done.endpoint_id.as_str(), done.command_type.as_str(), done.command_id), ("ep-1", "reboot", 7));
    assert_eq!((done.app_version_name.as_str(), done.status_code, done.reason_phrase), ("kettle-v1", 200, None));
    assert_eq!(done.payload.unwrap(), "execution 1");
    let failed = answered(agent(Endpoints::default()), CommandInvocationRequest::new("ep-1", "fail", 7)).await;
    assert_eq!((failed.status_code, failed.reason_phrase.as_deref()), (422, Some("too hot")));
    assert_eq!(failed.payload.unwrap(), "95");
    let refused = answered(agent(Endpoints::default()), CommandInvocationRequest::new("ep-1", "away", 7)).await;
    assert_eq!((refused.status_code, refused.command_id, refused.payload), (503, 7, None));
}

#[proves("CIP-001", "CIP-002", "CIP-003", "CIP-004")]
#[tokio::test(start_paused = true)]
async fn a_handle_asks() {
    let request: CommandInvocationRequest = asked(async |bus| {
        let _ = bus.cip(instance("peer")).invoke(reboot(7).with_payload(""), SendOptions::default()).await;
    })
    .await;
    assert_eq!((request.endpoint_id.as_str(), request.command_type.as_str()), ("ep-1", "reboot"));
    assert_eq!((request.command_id, request.payload.as_deref()), (7, Some(&b""[..])));
}

#[tokio::test(start_paused = true)]
async fn a_handle_tells_success_and_failure_apart() {
    let mut world = World::new();
    world.serve("peer", agent(Endpoints::default())).await;
    let (bus, options) = (world.caller().await, SendOptions::default);
    let peer = bus.cip(instance("peer"));
    let expected = CommandOutcome::new("kettle-v1").with_payload("execution 1");
    assert_eq!(peer.invoke(reboot(1), options()).await.unwrap(), expected);
    let fail = CommandInvocationRequest::new("ep-1", "fail", 2);
    assert_eq!(refusal(peer.invoke(fail.clone(), options()).await), "422 too hot");
    let whole = bus.call(&instance("peer"), fail, options()).await.unwrap();
    assert_eq!(whole.payload.unwrap(), "95", "what an endpoint that failed has to say");
}

// D-35
#[proves("CIP-002")]
#[tokio::test(start_paused = true)]
async fn a_command_without_reply_to_is_executed_and_not_answered_kaa_unverified() {
    let mut world = World::new();
    let endpoints = Endpoints::default();
    world.serve("peer", agent(endpoints.clone())).await;
    let mut all = world.raw("kaa.v1.>").await;
    let caller = world.caller().await;
    caller.cip(instance("peer")).send(reboot(7), SendOptions::default()).await.unwrap();
    let sent = all.next().await;
    assert_eq!((sent.subject, sent.reply_to), (address::<CommandInvocationRequest>(), None));
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(endpoints.executions(), 1);
    assert!(all.is_silent().await);
}

#[proves("CIP-008")]
#[tokio::test(start_paused = true)]
async fn a_command_is_executed_once_however_often_it_comes() {
    let mut world = World::new();
    let endpoints = Endpoints::default();
    world.serve("peer", agent(endpoints.clone())).await;
    let peer = world.caller().await.cip(instance("peer"));
    let invoke = |command| peer.invoke(command, SendOptions::default());
    let (first, second) = tokio::join!(invoke(reboot(1)), invoke(reboot(1)));
    assert_eq!([payload(first), payload(second), payload(invoke(reboot(1)).await)], ["execution 1"; 3]);
    assert_eq!(endpoints.executions(), 1);
    payload(invoke(reboot(2)).await);
    payload(invoke(CommandInvocationRequest::new("ep-2", "reboot", 1)).await);
    refusal(invoke(CommandInvocationRequest::new("ep-1", "fail", 1)).await);
    assert_eq!(endpoints.executions(), 4, "another id, endpoint or type is another command");
}

#[proves("CIP-008")]
#[tokio::test(start_paused = true)]
async fn a_command_that_failed_is_executed_once_too() {
    let mut world = World::new();
    let endpoints = Endpoints::default();
    world.serve("peer", agent(endpoints.clone())).await;
    let peer = world.caller().await.cip(instance("peer"));
    for _ in 0..2 {
        let fail = CommandInvocationRequest::new("ep-1", "fail", 1);
        assert_eq!(refusal(peer.invoke(fail, SendOptions::default()).await), "422 too hot");
    }
    assert_eq!(endpoints.executions(), 1);
}

#[proves("CIP-008")]
#[tokio::test(start_paused = true)]
async fn a_command_that_did_not_reach_the_endpoint_may_come_again() {
    let mut world = World::new();
    let endpoints = Endpoints::default();
    world.serve("peer", agent(endpoints.clone())).await;
    let peer = world.caller().await.cip(instance("peer"));
    let away = || peer.invoke(CommandInvocationRequest::new("ep-1", "away", 1), SendOptions::default());
    let (first, second) = tokio::join!(away(), away());
    assert_eq!([refusal(first), refusal(second)], ["503 the endpoint is not there"; 2]);
    assert_eq!(endpoints.executions(), 2, "each has tried");
}

#[proves("CIP-008")]
#[tokio::test(start_paused = true)]
async fn a_command_that_was_broken_off_does_not_come_again() {
    let mut world = World::new();
    let endpoints = Endpoints::default();
    world.serve("peer", agent(endpoints.clone())).await;
    let peer = world.caller().await.cip(instance("peer"));
    for (command_type, first) in [("panic", "500"), ("hang", "504")] {
        let before = endpoints.executions();
        let invoke = async |seconds| {
            let options = SendOptions::default().with_timeout(Duration::from_secs(seconds));
            peer.invoke(CommandInvocationRequest::new("ep-1", command_type, 1), options).await
        };
        match invoke(3).await.unwrap_err() {
            RequestError::Refused(status) => assert_eq!(status.code().to_string(), first),
            // The agent and the caller give up at the same time.
            RequestError::NoAnswer(error) => assert!(error.is_timeout() && first == "504", "{error}"),
            other => panic!("{other}"),
        }
        idle().await;
        let again = refusal(invoke(3).await);
        assert_eq!(again, "409 this command was begun with, and nobody knows whether it was executed");
        assert_eq!(endpoints.executions(), before + 1);
    }
}

#[proves("CIP-008")]
#[tokio::test(start_paused = true)]
async fn what_is_remembered_is_bounded() {
    let mut world = World::new();
    let endpoints = Endpoints::default();
    world.serve("peer", agent(endpoints.clone()).with_memory(2)).await;
    let peer = world.caller().await.cip(instance("peer"));
    for id in [1, 2, 3, 3, 2] {
        payload(peer.invoke(reboot(id), SendOptions::default()).await);
    }
    assert_eq!(endpoints.executions(), 3);
    payload(peer.invoke(reboot(1), SendOptions::default()).await);
    assert_eq!(endpoints.executions(), 4, "the oldest is forgotten");
}

#[proves("CIP-011")]
#[tokio::test(start_paused = true)]
async fn an_expired_command_is_not_executed() {
    let mut world = World::new();
    let endpoints = Endpoints::default();
    world.serve("peer", agent(endpoints.clone())).await;
    let raw = world.raw("kaa.v1.replica.>").await;
    let mut expired = stamped(reboot(1), "c1");
    (expired.timestamp, expired.timeout) = (1, 1);
    raw.publish(&address::<CommandInvocationRequest>(), None, &expired).await;
    let mut endless = stamped(reboot(2), "c2");
    (endless.timestamp, endless.timeout) = (1, 0);
    raw.publish(&address::<CommandInvocationRequest>(), None, &endless).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(endpoints.executions(), 1);
}

#[tokio::test(start_paused = true)]
async fn commands_of_one_endpoint_do_not_wait_for_each_other() {
    let mut world = World::new();
    world.serve("peer", agent(Endpoints::default())).await;
    let peer = world.caller().await.cip(instance("peer"));
    let hang = CommandInvocationRequest::new("ep-1", "hang", 1);
    tokio::select! {
        done = peer.invoke(reboot(2), SendOptions::default()) => assert!(done.is_ok()),
        hung = peer.invoke(hang, SendOptions::default()) => panic!("{hung:?}"),
    }
}
