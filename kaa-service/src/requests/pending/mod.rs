//! The calls that wait, by the kind of their answer and correlation id.

mod one_way;
mod state;
mod waiting;

use std::{
    collections::hash_map::Entry,
    future::Future,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use futures::FutureExt as _;
use kaa_ism::{MessageKind, SendError, Subject};
use tokio::{
    sync::{
        Notify,
        mpsc::{self, error::TrySendError},
        oneshot,
    },
    time::Instant,
};

pub(crate) use self::waiting::PendingCall;
use self::{
    one_way::OneWay,
    state::{Call, Kind, State},
};
use super::{
    id::Id,
    no_responders::{Moment, Waiting},
};

/// How a call ended.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// With its replyTo.
    Answer(Bytes, Option<Subject>),
    NoResponders,
    Disconnected,
    TimedOut,
    /// The bus does not let us publish there.
    NotAllowed(Subject),
}

/// What becomes of an answer.
#[derive(Debug)]
pub(crate) enum Answered {
    Taken,
    /// The one whom to tell.
    Awaited(oneshot::Sender<Outcome>),
    /// Nobody waits for it, or not any more.
    Unknown,
    /// More than are kept for who takes them one by one.
    TooMany,
}

/// Why a call does not wait.
#[derive(Debug)]
pub(crate) enum Refused {
    Full,
    Duplicate,
    NotSent(SendError),
}

type Sent = Result<(), SendError>;

/// A call that waits.
#[derive(Debug)]
pub(crate) enum Entered {
    HandedOver(PendingCall),
    /// It has still to be handed over.
    Busy(PendingCall),
}

/// All calls of a service that wait for answers. At most `limit`.
#[derive(Debug)]
pub(crate) struct Pending {
    state: Mutex<State>,
    /// Held while a message or a fence is noted and handed to the connection, so that one is behind the other. Taken before
    /// `state`, which answers need too and which is held for moments only.
    step: Mutex<()>,
    limit: usize,
    /// A call has to end before what is waited for in `serve_deadlines`.
    pub(super) sooner: Notify,
}

/// A fence that has to be published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fence {
    pub(crate) kind: &'static str,
    pub(crate) began: Moment,
}

impl Pending {
    pub(crate) fn new(limit: usize) -> Self {
        Self { state: Mutex::default(), step: Mutex::default(), limit, sooner: Notify::new() }
    }

    /// How many calls wait.
    pub(crate) fn waiting(&self) -> usize {
        self.state().waiting
    }

    fn step(&self) -> MutexGuard<'_, ()> {
        self.step.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        // A panic while holding the lock cannot leave a half-made change behind that matters: entries are independent.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets a call wait until `end` for an answer of the kind `answer`, and hands it over; `hand_over` says `None` if the
    /// connection is busy, and then that has still to be done. With `answers`, all of them are given there, and none ends the
    /// call.
    pub(crate) fn enter(
        self: &Arc<Self>,
        id: Id,
        answer: MessageKind,
        target: Subject,
        end: Instant,
        answers: Option<mpsc::Sender<Bytes>>,
        hand_over: impl FnOnce() -> Option<Sent>,
    ) -> Result<Entered, Refused> {
        let (sender, outcome) = oneshot::channel();
        let kind = answer.as_str();
        let step = self.step();
        let (registered, own_end) = {
            let mut state = self.state();
            if state.waiting >= self.limit {
                return Err(Refused::Full);
            }
            let (registered, published) = (state.next_moment(), state.next_moment());
            let Kind { calls, given_up, .. } = state.kinds.of(kind);
            let is_again = given_up.contains(id.as_bytes());
            let Entry::Vacant(place) = calls.entry(id.clone()) else {
                return Err(Refused::Duplicate);
            };
            // It will be, before the next step.
            let sender = Some(sender);
            place.insert(Call { target, registered, is_again, published: Some(published), end, sender, answers });
            state.waiting += 1;
            if state.look_at.is_none_or(|at| end < at) {
                state.look_at = Some(end);
                self.sooner.notify_one();
            }
            (registered, (!state.served).then_some(end))
        };
        let pending = self.clone();
        let mut call = PendingCall { pending, kind, id, registered, own_end, never_left: false, ended: false, outcome };
        let sent = hand_over();
        match &sent {
            Some(Ok(())) => {}
            Some(Err(_)) => call.never_left = true,
            None => call.note_published(|_| None),
        }
        drop(step);
        match sent {
            Some(Ok(())) => Ok(Entered::HandedOver(call)),
            Some(Err(error)) => Err(Refused::NotSent(error)),
            None => Ok(Entered::Busy(call)),
        }
    }

    /// Hands a message to the connection that names our reply subject without waiting; `later` if it is busy.
    pub(crate) async fn one_way<F: Future<Output = Sent>>(
        &self,
        answer: MessageKind,
        target: Subject,
        hand_over: impl FnOnce() -> Option<Sent>,
        later: impl FnOnce() -> F,
    ) -> Sent {
        let mut one_way = {
            let _step = self.step();
            let kind = answer.as_str();
            let (registered, published) = {
                let mut state = self.state();
                (state.next_moment(), state.next_moment())
            };
            let sent = hand_over();
            let mut state = self.state();
            let no_responders = &mut state.kinds.of(kind).no_responders;
            if let Some(sent) = sent {
                if !never_left(&sent) {
                    no_responders.silent(target, registered, published);
                }
                return sent;
            }
            no_responders.leaving(target, registered);
            OneWay { pending: self, kind, registered, never_left: false }
        };
        let sent = later().await;
        one_way.never_left = never_left(&sent);
        sent
    }

    /// Notes a no-responders notice, and publishes a fence if one is needed.
    pub(crate) async fn notice<F: Future<Output = Sent>>(
        &self,
        kind: &str,
        target: Option<Subject>,
        at: Instant,
        send: impl FnOnce(Fence) -> F,
    ) {
        let (fence, sending) = {
            let _step = self.step();
            let Some(fence) = self.state().noticed(kind, target, at) else { return };
            let mut sending = Box::pin(send(fence));
            if let Some(sent) = sending.as_mut().now_or_never() {
                return self.state().fence_sent(fence, &sent);
            }
            (fence, sending)
        };
        let sent = sending.await;
        self.state().fence_sent(fence, &sent);
    }

    /// Finds the call that waits for an answer; it waits no more, unless there may be further ones.
    pub(crate) fn answer(&self, kind: &str, id: &str, body: &Bytes) -> Answered {
        let mut state = self.state();
        let now = state.next_moment();
        let Some(of_kind) = state.kinds.get_mut(kind) else { return Answered::Unknown };
        let Some((id, call)) = of_kind.calls.remove_entry(id.as_bytes()) else { return Answered::Unknown };
        let nobody = if call.is_again {
            // It may have reached nobody all the same: the notice about it is not about another call.
            of_kind.no_responders.abandoned(
                id.as_str(),
                call.target.clone(),
                call.registered,
                call.published.unwrap_or(now),
            );
            Vec::new()
        } else {
            of_kind.no_responders.answered(id.as_str())
        };
        let told = of_kind.tell_nobody_listens(nobody);
        if let Some(answers) = &call.answers {
            let taken = match answers.try_send(body.clone()) {
                Ok(()) => Answered::Taken,
                Err(TrySendError::Full(_)) => Answered::TooMany,
                Err(TrySendError::Closed(_)) => Answered::Unknown,
            };
            of_kind.calls.insert(id, call);
            state.waiting -= told;
            return taken;
        }
        state.waiting -= told + 1;
        call.sender.map_or(Answered::Unknown, Answered::Awaited)
    }

    /// A fence came back.
    pub(crate) fn fence_returned(&self, kind: &str, began: Moment) {
        let mut state = self.state();
        let Some(Kind { calls, no_responders, .. }) = state.kinds.get_mut(kind) else { return };
        let waiting = calls.iter().map(|(id, call)| {
            let Call { target, registered, published, .. } = call;
            Waiting { id: id.as_str(), target, registered: *registered, published: *published }
        });
        let nobody = no_responders.fence_returned(began, waiting);
        let told = state.kinds.get_mut(kind).map_or(0, |of_kind| of_kind.tell_nobody_listens(nobody));
        state.waiting -= told;
    }

    /// The connection was lost: no answer will come. `send` hands a fence to the connection, which may keep it until it is
    /// back.
    pub(crate) fn disconnected<F: Future<Output = Sent>>(&self, at: Instant, send: impl Fn(Fence) -> F) {
        let _step = self.step();
        let mut state = self.state();
        let now = state.next_moment();
        for (kind, Kind { calls, no_responders, .. }) in &mut state.kinds.0 {
            no_responders.disconnected(now, at);
            for (_, call) in calls.drain() {
                call.tell(Outcome::Disconnected);
            }
            let sending = pin!(send(Fence { kind, began: now }));
            match sending.now_or_never() {
                Some(Ok(())) => no_responders.fence_sent(now, Some(now)),
                Some(Err(_)) => no_responders.forget(),
                // What is queued leaves some time: the next notices are not clear.
                None => no_responders.fence_sent(now, None),
            }
        }
        state.waiting = 0;
    }

    /// Whether `serve_deadlines` runs from now on. Without it, as before the start of a service and after its end, each call
    /// has a timer of its own.
    pub(crate) fn serve(&self, served: bool) {
        self.state().served = served;
    }

    /// The bus does not let us publish to `target`: the calls there end.
    pub(crate) fn refused(&self, target: &Subject) {
        let mut state = self.state();
        let mut ended = 0;
        for (_, of_kind) in &mut state.kinds.0 {
            let refused: Vec<_> = of_kind.calls.extract_if(|_, call| call.target == *target).collect();
            ended += refused.len();
            for (id, call) in refused {
                // No notice comes of it: the bus has not looked who listens.
                let nobody = of_kind.no_responders.answered(id.as_str());
                ended += of_kind.tell_nobody_listens(nobody);
                call.tell(Outcome::NotAllowed(target.clone()));
            }
        }
        state.waiting -= ended;
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
            of_kind.no_responders.answered(gone.id.as_str())
        } else {
            of_kind.given_up.note(gone.id.as_bytes());
            of_kind.no_responders.abandoned(
                gone.id.as_str(),
                call.target,
                call.registered,
                call.published.unwrap_or(now),
            );
            Vec::new()
        };
        let told = of_kind.tell_nobody_listens(nobody);
        state.waiting -= told + 1;
    }
}

/// Whether a message that was to be published has certainly not left. One that the connection was too busy for may have.
fn never_left(sent: &Sent) -> bool {
    matches!(sent, Err(error) if !matches!(error, SendError::Busy))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: MessageKind = MessageKind::from_static("test.answer");

    fn call(pending: &Arc<Pending>, id: &str) -> Result<PendingCall, Refused> {
        let target = Subject::parse("x").unwrap();
        match pending.enter(id.into(), KIND, target, Instant::now(), None, || Some(Ok(())))? {
            Entered::HandedOver(call) | Entered::Busy(call) => Ok(call),
        }
    }

    #[test]
    fn giving_up_an_answered_call_leaves_a_later_one_with_the_same_id_alone() {
        let pending = Arc::new(Pending::new(10));
        let answer = || match pending.answer("test.answer", "id", &Bytes::new()) {
            Answered::Awaited(sender) => sender.send(Outcome::Answer(Bytes::new(), None)).is_ok(),
            _ => false,
        };
        let first = call(&pending, "id").unwrap();
        assert!(answer());
        let mut second = call(&pending, "id").unwrap();
        drop(first);
        assert!(second.outcome.try_recv().is_err());
        assert!(answer(), "it still waits");
        assert!(matches!(second.outcome.try_recv(), Ok(Outcome::Answer(..))));
    }

    #[test]
    fn places_are_counted() {
        let pending = Arc::new(Pending::new(2));
        let first = call(&pending, "a").unwrap();
        let _second = call(&pending, "b").unwrap();
        let third = || call(&pending, "c").map(drop);
        assert!(matches!(third(), Err(Refused::Full)));
        drop(first);
        assert!(third().is_ok());
        pending.disconnected(Instant::now(), |_| std::future::ready(Ok(())));
        assert_eq!(pending.state().waiting, 0);
    }
}
