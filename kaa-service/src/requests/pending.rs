//! The calls that wait, by the kind of their answer and correlation id.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use kaa_ism::{MessageKind, SendError, Subject};
use tokio::{sync::oneshot, time::Instant};

use super::no_responders::{Moment, NoResponders, Waiting};

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
    /// By the kind of the answer.
    kinds: HashMap<&'static str, Kind>,
    /// How many calls wait.
    waiting: usize,
    now: Moment,
}

#[derive(Debug, Default)]
struct Kind {
    calls: HashMap<String, Call>,
    no_responders: NoResponders,
}

#[derive(Debug)]
struct Call {
    target: Subject,
    registered: Moment,
    /// `None` until it has been handed to the connection.
    published: Option<Moment>,
    sender: oneshot::Sender<Outcome>,
}

/// A call that waits; dropping it gives it up.
#[derive(Debug)]
pub(crate) struct PendingCall {
    pending: Arc<Pending>,
    kind: &'static str,
    id: String,
    registered: Moment,
    never_left: bool,
    pub(crate) outcome: oneshot::Receiver<Outcome>,
}

/// A message that names our reply subject without waiting, on its way to the connection. Dropping it says that it has left.
#[derive(Debug)]
pub(crate) struct OneWay<'a> {
    pending: &'a Pending,
    kind: &'static str,
    registered: Moment,
    never_left: bool,
}

/// A fence that has to be published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fence {
    pub(crate) kind: &'static str,
    pub(crate) began: Moment,
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
        if state.waiting >= self.limit {
            return Err(Refused::Full);
        }
        let registered = state.next_moment();
        let kind = answer.as_str();
        match state.kinds.entry(kind).or_default().calls.entry(id.clone()) {
            Entry::Occupied(_) => Err(Refused::Duplicate),
            Entry::Vacant(vacant) => {
                vacant.insert(Call { target, registered, published: None, sender });
                state.waiting += 1;
                Ok(PendingCall { pending: self.clone(), kind, id, registered, never_left: false, outcome })
            }
        }
    }

    /// Notes a message that names our reply subject without waiting. Has to happen before it is published.
    pub(crate) fn one_way(&self, answer: MessageKind, target: Subject) -> OneWay<'_> {
        let mut state = self.state();
        let registered = state.next_moment();
        let kind = answer.as_str();
        state.kinds.entry(kind).or_default().no_responders.leaving(target, registered);
        OneWay { pending: self, kind, registered, never_left: false }
    }

    /// Ends the call that waits for this answer; says whether there was one.
    pub(crate) fn answer(&self, kind: &str, id: &str, body: Bytes) -> bool {
        let mut state = self.state();
        let Some(of_kind) = state.kinds.get_mut(kind) else { return false };
        let Some(call) = of_kind.calls.remove(id) else { return false };
        let nobody = of_kind.no_responders.answered(id);
        let told = of_kind.tell_nobody_listens(nobody);
        state.waiting -= told + 1;
        drop(state);
        // The caller may have given up between the two: then it is late after all.
        call.sender.send(Outcome::Answer(body)).is_ok()
    }

    /// Notes a no-responders notice. Returns the fence that has to be published, if one has.
    pub(crate) fn notice(&self, kind: &str, target: Option<Subject>, at: Instant) -> Option<Fence> {
        let mut state = self.state();
        let began = state.next_moment();
        let (&kind, _) = state.kinds.get_key_value(kind)?;
        let of_kind = state.kinds.get_mut(kind)?;
        of_kind.no_responders.notice(target, began, at).then_some(Fence { kind, began })
    }

    /// A fence has been published, or could not be.
    pub(crate) fn fence_sent(&self, fence: Fence, sent: bool) {
        let mut state = self.state();
        let now = state.next_moment();
        if let Some(of_kind) = state.kinds.get_mut(fence.kind) {
            of_kind.no_responders.fence_sent(fence.began, sent.then_some(now));
        }
    }

    /// A fence came back.
    pub(crate) fn fence_returned(&self, kind: &str, began: Moment) {
        let mut state = self.state();
        let Some(Kind { calls, no_responders }) = state.kinds.get_mut(kind) else { return };
        let waiting = calls.iter().map(|(id, call)| {
            let Call { target, registered, published, .. } = call;
            Waiting { id, target, registered: *registered, published: *published }
        });
        let nobody = no_responders.fence_returned(began, waiting);
        let told = state.kinds.get_mut(kind).map_or(0, |of_kind| of_kind.tell_nobody_listens(nobody));
        state.waiting -= told;
    }

    /// The connection was lost: no answer will come.
    pub(crate) fn disconnected(&self) {
        let mut state = self.state();
        let now = state.next_moment();
        for Kind { calls, no_responders } in state.kinds.values_mut() {
            no_responders.disconnected();
            for (_, call) in calls.drain() {
                // It may leave all the same, when the connection is back.
                no_responders.silent(call.target, call.registered, call.published.unwrap_or(now));
                let _ = call.sender.send(Outcome::Disconnected);
            }
        }
        state.waiting = 0;
    }

    fn give_up(&self, gone: &PendingCall) {
        let mut state = self.state();
        let now = state.next_moment();
        let Some(of_kind) = state.kinds.get_mut(gone.kind) else { return };
        // Once it has ended, another call may wait with the same id.
        let Entry::Occupied(call) = of_kind.calls.entry(gone.id.clone()) else { return };
        if call.get().registered != gone.registered {
            return;
        }
        let call = call.remove();
        let nobody = if gone.never_left {
            of_kind.no_responders.answered(&gone.id)
        } else {
            of_kind.no_responders.abandoned(&gone.id, call.target, call.registered, call.published.unwrap_or(now));
            Vec::new()
        };
        let told = of_kind.tell_nobody_listens(nobody);
        state.waiting -= told + 1;
    }
}

impl State {
    fn next_moment(&mut self) -> Moment {
        self.now += 1;
        self.now
    }
}

impl Kind {
    /// Returns how many calls have ended by it.
    fn tell_nobody_listens(&mut self, calls: Vec<String>) -> usize {
        let told: Vec<_> = calls.iter().filter_map(|id| self.calls.remove(id)).collect();
        let count = told.len();
        for call in told {
            let _ = call.sender.send(Outcome::NoResponders);
        }
        count
    }
}

/// Whether a message that was to be published has certainly not left. One that the connection was too busy for may have.
fn never_left(sent: &Result<(), SendError>) -> bool {
    matches!(sent, Err(error) if !matches!(error, SendError::Busy))
}

impl PendingCall {
    /// Says what has become of publishing it.
    pub(crate) fn sent(&mut self, sent: &Result<(), SendError>) {
        self.never_left = never_left(sent);
        if sent.is_ok() {
            let mut state = self.pending.state();
            let now = state.next_moment();
            let calls = state.kinds.get_mut(self.kind).map(|of_kind| &mut of_kind.calls);
            if let Some(call) = calls.and_then(|calls| calls.get_mut(&self.id))
                && call.registered == self.registered
            {
                call.published = Some(now);
            }
        }
    }
}

impl OneWay<'_> {
    /// Says what has become of publishing it.
    pub(crate) fn sent(mut self, sent: &Result<(), SendError>) {
        self.never_left = never_left(sent);
    }
}

impl Drop for PendingCall {
    fn drop(&mut self) {
        self.pending.give_up(self);
    }
}

impl Drop for OneWay<'_> {
    fn drop(&mut self) {
        let mut state = self.pending.state();
        let now = state.next_moment();
        if let Some(of_kind) = state.kinds.get_mut(self.kind) {
            of_kind.no_responders.left(self.registered, (!self.never_left).then_some(now));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: MessageKind = MessageKind::from_static("test.answer");

    fn register(pending: &Arc<Pending>, id: &str) -> PendingCall {
        pending.register(id.into(), KIND, Subject::parse("x").unwrap()).unwrap()
    }

    #[test]
    fn giving_up_an_answered_call_leaves_a_later_one_with_the_same_id_alone() {
        let pending = Arc::new(Pending::new(10));
        let first = register(&pending, "id");
        assert!(pending.answer("test.answer", "id", Bytes::new()));
        let mut second = register(&pending, "id");
        drop(first);
        assert!(second.outcome.try_recv().is_err());
        assert!(pending.answer("test.answer", "id", Bytes::new()), "it still waits");
        assert!(matches!(second.outcome.try_recv(), Ok(Outcome::Answer(_))));
    }

    #[test]
    fn places_are_counted() {
        let pending = Arc::new(Pending::new(2));
        let first = register(&pending, "a");
        let _second = register(&pending, "b");
        let third = || pending.register("c".into(), KIND, Subject::parse("x").unwrap()).map(drop);
        assert_eq!(third(), Err(Refused::Full));
        drop(first);
        assert_eq!(third(), Ok(()));
        pending.disconnected();
        assert_eq!(pending.state().waiting, 0);
    }
}
