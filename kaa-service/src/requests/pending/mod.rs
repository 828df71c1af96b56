//! The calls that wait, by the kind of their answer and correlation id.

mod answering;
mod ending;
mod entering;
mod notices;
mod one_way;
mod state;
mod waiting;

use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use kaa_ism::{SendError, Subject};
use tokio::sync::Notify;

use self::state::State;
pub(crate) use self::{
    answering::Answered,
    entering::{Entered, Refused},
    notices::Fence,
    waiting::PendingCall,
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

type Sent = Result<(), SendError>;

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

    /// Whether `serve_deadlines` runs from now on. Without it, as before the start of a service and after its end, each call
    /// has a timer of its own.
    pub(crate) fn serve(&self, served: bool) {
        self.state().served = served;
    }
}

/// Whether a message that was to be published has certainly not left. One that the connection was too busy for may have.
fn never_left(sent: &Sent) -> bool {
    matches!(sent, Err(error) if !matches!(error, SendError::Busy))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kaa_ism::MessageKind;
    use tokio::time::Instant;

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
