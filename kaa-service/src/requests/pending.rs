//! The calls that wait, by correlation id.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use kaa_ism::{MessageKind, Subject};
use tokio::sync::oneshot;

use super::no_responders::{NoResponders, Waiting};

/// How a call ended.
#[derive(Debug)]
pub(crate) enum Outcome {
    Answer(Bytes),
    NoResponders,
    Disconnected,
}

/// Why a call cannot wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    Full,
    Duplicate,
}

/// All calls of a service that wait for answers. At most `limit`.
#[derive(Debug)]
pub(crate) struct Pending {
    state: Mutex<State>,
    limit: usize,
}

#[derive(Debug, Default)]
struct State {
    calls: HashMap<String, Call>,
    /// By the kind of the answer.
    no_responders: HashMap<MessageKind, NoResponders>,
    last_number: u64,
}

#[derive(Debug)]
struct Call {
    answer: MessageKind,
    target: Subject,
    number: u64,
    sender: oneshot::Sender<Outcome>,
}

/// A call that waits; dropping it gives it up.
#[derive(Debug)]
pub(crate) struct PendingCall {
    pending: Arc<Pending>,
    id: String,
    pub(crate) outcome: oneshot::Receiver<Outcome>,
}

impl Pending {
    pub(crate) fn new(limit: usize) -> Self {
        Self { state: Mutex::default(), limit }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic while holding the lock cannot leave a half-made change behind that matters: entries are independent.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets a call wait for an answer of the kind `answer`. Has to happen before the call is published.
    pub(crate) fn register(
        self: &Arc<Self>,
        id: String,
        answer: MessageKind,
        target: Subject,
    ) -> Result<PendingCall, Refused> {
        let (sender, outcome) = oneshot::channel();
        let mut state = self.state();
        if state.calls.len() >= self.limit {
            return Err(Refused::Full);
        }
        state.last_number += 1;
        let number = state.last_number;
        match state.calls.entry(id.clone()) {
            Entry::Occupied(_) => Err(Refused::Duplicate),
            Entry::Vacant(vacant) => {
                vacant.insert(Call { answer, target, number, sender });
                Ok(PendingCall { pending: self.clone(), id, outcome })
            }
        }
    }

    /// Notes a message that names our reply subject without waiting. Has to happen before it is published.
    pub(crate) fn sent_one_way(&self, answer: MessageKind, target: &Subject) {
        self.state().no_responders.entry(answer).or_default().silent(target);
    }

    /// Ends the call that waits for this answer; says whether there was one.
    pub(crate) fn answer(&self, kind: &str, id: &str, body: Bytes) -> bool {
        let mut state = self.state();
        let Some(answer) = state.calls.get(id).map(|call| call.answer).filter(|answer| answer.as_str() == kind) else {
            return false;
        };
        let call = state.calls.remove(id);
        if let Some(watch) = state.no_responders.get_mut(&answer) {
            let nobody = watch.answered(id);
            state.tell_nobody_listens(nobody);
        }
        drop(state);
        // The caller may have given up between the two: then it is late after all.
        call.is_some_and(|call| call.sender.send(Outcome::Answer(body)).is_ok())
    }

    /// Notes a no-responders notice. Returns the kind for which a fence has to be sent, if one has.
    pub(crate) fn notice(&self, kind: &str, target: Option<Subject>) -> Option<MessageKind> {
        let mut state = self.state();
        let expected = state.calls.values().map(|call| call.answer).find(|answer| answer.as_str() == kind);
        let known = expected.or_else(|| state.no_responders.keys().find(|known| known.as_str() == kind).copied())?;
        state.no_responders.entry(known).or_default().notice(target).then_some(known)
    }

    /// A fence has been published, or could not be.
    pub(crate) fn fence_sent(&self, kind: MessageKind, sent: bool) {
        let mut state = self.state();
        let last = state.last_number;
        if let Some(watch) = state.no_responders.get_mut(&kind) {
            if sent { watch.fence_sent(last) } else { watch.fence_lost() }
        }
    }

    /// A fence came back.
    pub(crate) fn fence_returned(&self, kind: &str) {
        let mut state = self.state();
        let State { calls, no_responders, .. } = &mut *state;
        let Some((kind, watch)) = no_responders.iter_mut().find(|(known, _)| known.as_str() == kind) else { return };
        let waiting = calls.iter().filter(|(_, call)| call.answer == *kind);
        let waiting = waiting.map(|(id, call)| Waiting { id, number: call.number, target: &call.target });
        let nobody = watch.fence_returned(waiting);
        state.tell_nobody_listens(nobody);
    }

    /// The connection was lost: no answer will come, nor any notice.
    pub(crate) fn disconnected(&self) {
        let mut state = self.state();
        state.no_responders.clear();
        for (_, call) in state.calls.drain() {
            let _ = call.sender.send(Outcome::Disconnected);
        }
    }

    fn give_up(&self, id: &str) {
        let mut state = self.state();
        if let Some(call) = state.calls.remove(id)
            && let Some(watch) = state.no_responders.get_mut(&call.answer)
        {
            watch.abandoned(id, call.number, &call.target);
        }
    }
}

impl State {
    fn tell_nobody_listens(&mut self, calls: Vec<String>) {
        for call in calls.iter().filter_map(|id| self.calls.remove(id)) {
            let _ = call.sender.send(Outcome::NoResponders);
        }
    }
}

impl Drop for PendingCall {
    fn drop(&mut self) {
        self.pending.give_up(&self.id);
    }
}
