//! A call that waits.

use std::sync::Arc;

use kaa_ism::SendError;
use tokio::{sync::oneshot, task::coop, time::Instant};

use super::{
    super::{id::Id, no_responders::Moment},
    Outcome, Pending, Sent, never_left,
    state::State,
};

/// A call that waits; dropping it gives it up.
#[derive(Debug)]
pub(crate) struct PendingCall {
    pub(super) pending: Arc<Pending>,
    pub(super) kind: &'static str,
    pub(super) id: Id,
    pub(super) registered: Moment,
    /// When its time is up, if nobody else looks after it.
    pub(super) own_end: Option<Instant>,
    pub(super) never_left: bool,
    /// Nothing waits any more.
    pub(super) ended: bool,
    pub(super) outcome: oneshot::Receiver<Outcome>,
}

impl PendingCall {
    /// Waits until it ends.
    pub(crate) async fn outcome(&mut self) -> Outcome {
        let waiting = &mut self.outcome;
        let outcome = match self.own_end {
            // Outside of the budget of the task: what is here is taken. Each call has waited before.
            None => coop::unconstrained(waiting).await,
            Some(end) => tokio::time::timeout_at(end, waiting).await.unwrap_or(Ok(Outcome::TimedOut)),
        };
        let outcome = outcome.unwrap_or(Outcome::Disconnected);
        // One whose time is up is given up: an answer may come all the same.
        self.ended = !matches!(outcome, Outcome::TimedOut);
        outcome
    }

    /// Notes what has become of handing it over to a connection that was busy.
    pub(crate) fn handed_over(&mut self, sent: Sent) -> Result<(), SendError> {
        self.never_left = never_left(&sent);
        if sent.is_ok() {
            self.note_published(|state| Some(state.next_moment()));
        }
        sent
    }

    pub(super) fn note_published(&self, published: impl FnOnce(&mut State) -> Option<Moment>) {
        let mut state = self.pending.state();
        let published = published(&mut state);
        let calls = state.kinds.get_mut(self.kind).map(|of_kind| &mut of_kind.calls);
        if let Some(call) = calls.and_then(|calls| calls.get_mut(self.id.as_bytes()))
            && call.registered == self.registered
        {
            call.published = published;
        }
    }
}

impl Drop for PendingCall {
    fn drop(&mut self) {
        if !self.ended {
            self.pending.give_up(self);
        }
    }
}
