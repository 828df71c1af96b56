//! How calls begin to wait.

use std::{collections::hash_map::Entry, sync::Arc};

use bytes::Bytes;
use kaa_ism::{MessageKind, SendError, Subject};
use tokio::{
    sync::{mpsc, oneshot},
    time::Instant,
};

use super::{
    super::id::Id,
    Pending, PendingCall, Sent,
    state::{Call, Kind},
};

/// Why a call does not wait.
#[derive(Debug)]
pub(crate) enum Refused {
    Full,
    Duplicate,
    NotSent(SendError),
}

/// A call that waits.
#[derive(Debug)]
pub(crate) enum Entered {
    HandedOver(PendingCall),
    /// It has still to be handed over.
    Busy(PendingCall),
}

impl Pending {
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
}
