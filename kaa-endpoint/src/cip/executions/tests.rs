use std::{
    future::Future,
    pin::pin,
    sync::atomic::{AtomicUsize, Ordering},
    task::{Context, Wake},
};

use super::*;

#[derive(Default)]
struct Woken(AtomicUsize);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

fn command(command_id: i32) -> Arc<Command> {
    Arc::new(Command::of(&CommandInvocationRequest::new("ep-1", "reboot", command_id)))
}

fn poll<T>(future: impl Future<Output = T>) -> Poll<T> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}

fn now<T>(future: impl Future<Output = T>) -> T {
    match poll(future) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits"),
    }
}

fn execute(executions: &Executions, command_id: i32, outcome: &CommandOutcome) {
    now(executions.begin(&command(command_id))).unwrap().finish(outcome);
}

fn known(executions: &Executions, command_id: i32) -> Option<Known> {
    match now(executions.begin(&command(command_id))) {
        Ok(execution) => {
            execution.forget();
            None
        }
        Err(NotBegun::Known(known)) => Some(known),
        Err(NotBegun::Crowded) => panic!("nobody waits"),
    }
}

/// How many commands, and how many bytes of those that have ended.
fn remembered(executions: &Executions) -> (usize, usize) {
    let state = executions.lock();
    (state.commands.len(), state.bytes)
}

#[test]
fn whoever_comes_while_a_command_is_under_way_waits_for_its_outcome() {
    let executions = Executions::new(8);
    let execution = now(executions.begin(&command(1))).unwrap();
    let woken = Arc::new(Woken::default());
    let again = command(1);
    let mut waiting = pin!(executions.begin(&again));
    let waker = woken.clone().into();
    for _ in 0..3 {
        assert!(waiting.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    }
    assert!(poll(executions.begin(&command(2))).is_ready(), "another command is not concerned");
    let outcome = CommandOutcome::new("v1").with_payload("done");
    execution.finish(&outcome);
    assert_eq!(woken.0.load(Ordering::SeqCst), 1, "once, however often it has looked");
    assert_eq!(now(waiting).unwrap_err(), NotBegun::Known(Known::Outcome(outcome)));
}

#[test]
fn not_more_than_a_number_of_requests_wait_for_one_command() {
    let executions = Executions::new(8);
    let execution = now(executions.begin(&command(1))).unwrap();
    for _ in 0..WAITING {
        let waker = Arc::new(Woken::default()).into();
        assert!(pin!(executions.begin(&command(1))).poll(&mut Context::from_waker(&waker)).is_pending());
    }
    assert_eq!(now(executions.begin(&command(1))).unwrap_err(), NotBegun::Crowded);
    execution.finish(&CommandOutcome::new("v1"));
    assert!(known(&executions, 1).is_some());
}

#[test]
fn a_command_that_did_not_reach_the_endpoint_may_come_again() {
    let executions = Executions::new(8);
    now(executions.begin(&command(1))).unwrap().forget();
    assert_eq!(remembered(&executions), (0, 0));
    execute(&executions, 1, &CommandOutcome::new("v1"));
    assert!(known(&executions, 1).is_some());
}

#[test]
fn a_command_whose_execution_was_broken_off_does_not_come_again() {
    let executions = Executions::new(8);
    drop(now(executions.begin(&command(1))).unwrap());
    assert_eq!(known(&executions, 1), Some(Known::Nothing));
}

#[test]
fn only_the_latest_outcomes_are_remembered() {
    let executions = Executions::new(2);
    let under_way = now(executions.begin(&command(0))).unwrap();
    for id in 1..=5 {
        execute(&executions, id, &CommandOutcome::new("v1"));
    }
    assert_eq!([3, 4, 5].map(|id| known(&executions, id).is_some()), [false, true, true]);
    assert_eq!(remembered(&executions).0, 3, "what is under way is not forgotten for it");
    under_way.finish(&CommandOutcome::new("v1"));
    assert_eq!(remembered(&executions).0, 2);
}

#[test]
fn contents_are_remembered_up_to_a_number_of_bytes() {
    let executions = Executions::new(1000);
    let large = CommandOutcome::new("v1").with_payload(vec![0; BYTES / 4]);
    for id in 1..=8 {
        execute(&executions, id, &large);
    }
    assert_eq!(remembered(&executions).0, 3);
    execute(&executions, 9, &CommandOutcome::new("v1").with_payload(vec![0; BYTES + 1]));
    assert_eq!(remembered(&executions), (0, 0));
}
