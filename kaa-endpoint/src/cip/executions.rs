//! Which commands have been executed, are being executed, or neither.

use std::{
    collections::{HashMap, VecDeque, hash_map::Entry},
    future::poll_fn,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Poll, Waker},
};

use bytes::Bytes;

use super::{CommandInvocationRequest, CommandOutcome};

/// How many bytes of names and contents are remembered.
const BYTES: usize = 16 * 1024 * 1024;

/// How many requests wait for one command; those that have gone meanwhile count too.
const WAITING: usize = 64;

/// What names a command (CIP-008).
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Command {
    pub(super) endpoint_id: String,
    pub(super) command_type: String,
    pub(super) command_id: i32,
}

impl Command {
    pub(super) fn of(request: &CommandInvocationRequest) -> Self {
        Self {
            endpoint_id: request.endpoint_id.clone(),
            command_type: request.command_type.clone(),
            command_id: request.command_id,
        }
    }
}

/// What is known of a command that need not be executed any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// How it went.
    Outcome(CommandOutcome),
    /// Its execution was broken off.
    Nothing,
}

/// Why a command is not to be executed now.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NotBegun {
    /// It has been.
    Known(Known),
    /// It is being executed, and too many wait for that.
    Crowded,
}

/// Executions that are under way, and those that ended last.
#[derive(Debug)]
pub(super) struct Executions {
    memory: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    commands: HashMap<Arc<Command>, Progress>,
    /// Those that have ended, the oldest first.
    ended: VecDeque<Arc<Command>>,
    /// What these hold.
    bytes: usize,
}

#[derive(Debug)]
enum Progress {
    /// With who waits for its end.
    UnderWay(Vec<Waker>),
    Ended(Known),
}

impl Executions {
    /// Remembers so many that have ended.
    pub(super) fn new(memory: usize) -> Self {
        Self { memory, state: Mutex::default() }
    }

    /// Waits until the command is not under way. `Ok`: it has to be executed now. Dropping the future changes nothing.
    pub(super) async fn begin(&self, command: &Arc<Command>) -> Result<Execution<'_>, NotBegun> {
        poll_fn(|context| match self.lock().commands.entry(command.clone()) {
            Entry::Vacant(free) => {
                free.insert(Progress::UnderWay(Vec::new()));
                Poll::Ready(Ok(()))
            }
            Entry::Occupied(mut known) => match known.get_mut() {
                Progress::Ended(known) => Poll::Ready(Err(NotBegun::Known(known.clone()))),
                Progress::UnderWay(waiting) => {
                    if waiting.iter().any(|waker| waker.will_wake(context.waker())) {
                        return Poll::Pending;
                    }
                    if waiting.len() == WAITING {
                        return Poll::Ready(Err(NotBegun::Crowded));
                    }
                    waiting.push(context.waker().clone());
                    Poll::Pending
                }
            },
        })
        .await?;
        Ok(Execution { executions: self, command: Some(command.clone()) })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The execution of `command` is over; without `known`, as if it had never been.
    fn end(&self, command: Arc<Command>, known: Option<Known>) {
        let waiting = {
            let mut state = self.lock();
            let before = match known {
                Some(known) => state.remember(command, known, self.memory),
                None => state.commands.remove(&command),
            };
            match before {
                Some(Progress::UnderWay(waiting)) => waiting,
                _ => Vec::new(),
            }
        };
        waiting.into_iter().for_each(Waker::wake);
    }
}

impl State {
    /// Returns what was known before.
    fn remember(&mut self, command: Arc<Command>, known: Known, memory: usize) -> Option<Progress> {
        self.bytes += size(&command, &known);
        self.ended.push_back(command.clone());
        let before = self.commands.insert(command, Progress::Ended(known));
        while self.ended.len() > memory || self.bytes > BYTES {
            let Some(oldest) = self.ended.pop_front() else { break };
            if let Some(Progress::Ended(known)) = self.commands.remove(&oldest) {
                self.bytes -= size(&oldest, &known);
            }
        }
        before
    }
}

/// The bytes that grow with what peers send.
fn size(command: &Command, known: &Known) -> usize {
    let outcome = match known {
        Known::Outcome(outcome) => {
            outcome.app_version_name.len()
                + outcome.reason_phrase.as_ref().map_or(0, String::len)
                + outcome.payload.as_ref().map_or(0, Bytes::len)
        }
        Known::Nothing => 0,
    };
    command.endpoint_id.len() + command.command_type.len() + outcome
}

/// The right to execute a command. Dropped on the way, nobody knows whether it was executed.
#[derive(Debug)]
pub(super) struct Execution<'a> {
    executions: &'a Executions,
    command: Option<Arc<Command>>,
}

impl Execution<'_> {
    /// It was executed.
    pub(super) fn finish(mut self, outcome: &CommandOutcome) {
        // A copy: the content may be a slice of a message, which would be kept whole.
        let payload = outcome.payload.as_deref().map(Bytes::copy_from_slice);
        self.end(Some(Known::Outcome(CommandOutcome { payload, ..outcome.clone() })));
    }

    /// It was not.
    pub(super) fn forget(mut self) {
        self.end(None);
    }

    fn end(&mut self, known: Option<Known>) {
        if let Some(command) = mem::take(&mut self.command) {
            self.executions.end(command, known);
        }
    }
}

impl Drop for Execution<'_> {
    fn drop(&mut self) {
        self.end(Some(Known::Nothing));
    }
}

#[cfg(test)]
mod tests;
