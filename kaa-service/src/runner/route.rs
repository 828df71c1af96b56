//! A handler with where its messages come from.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use kaa_ism::{Handler, Interest, Observer};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{
    intake::serve,
    job::{Refuser, refusal},
    jobs::Jobs,
    looks::Looks,
};
use crate::{
    core::Core,
    settings::Policy,
    transport::{BoxFuture, Incoming, Subscription},
};

/// A handler, whatever its message type.
pub(crate) trait Route: Send {
    fn interest(&self) -> Interest;
    fn refuser(&self) -> Refuser;
    fn run(self: Box<Self>, core: Arc<Core>, policy: Policy, inbox: Inbox, stop: Stop) -> BoxFuture<'static, ()>;
}

/// A handler with its message type.
pub(crate) struct Typed<H>(pub(crate) Arc<H>);

/// An observer with its message type.
pub(crate) struct Seen<O>(pub(crate) Arc<O>);

/// Where the messages of a handler come from.
pub(crate) struct Inbox {
    pub(crate) subscription: Box<dyn Subscription>,
    /// Those sent to this replica alone.
    pub(crate) replica: Option<mpsc::Receiver<Incoming>>,
}

/// How a service ends.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stop {
    /// Stop taking, finish what has been taken.
    pub(crate) drain: CancellationToken,
    /// Stop handling, answer 503.
    cancel: CancellationToken,
    /// The same: it is looked at for each message, and the other one takes a lock.
    is_cancelled: Arc<AtomicBool>,
}

impl Stop {
    /// Stop handling, answer 503.
    pub(crate) fn cancel(&self) {
        self.is_cancelled.store(true, Ordering::Relaxed);
        self.cancel.cancel();
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.is_cancelled.load(Ordering::Relaxed)
    }

    pub(super) fn token(&self) -> &CancellationToken {
        &self.cancel
    }
}

impl<H: Handler> Route for Typed<H> {
    fn interest(&self) -> Interest {
        self.0.interest()
    }

    fn refuser(&self) -> Refuser {
        let handler = self.0.clone();
        Box::new(move |core, body, reply_to, status| refusal(core, &*handler, body, reply_to, status))
    }

    fn run(self: Box<Self>, core: Arc<Core>, policy: Policy, inbox: Inbox, stop: Stop) -> BoxFuture<'static, ()> {
        let jobs = Jobs::new(core.clone(), self.0, policy, stop.clone());
        Box::pin(serve(jobs, core, inbox, stop))
    }
}

impl<O: Observer> Route for Seen<O> {
    fn interest(&self) -> Interest {
        self.0.interest()
    }

    /// Nobody is answered.
    fn refuser(&self) -> Refuser {
        Box::new(|_, _, _, _| None)
    }

    fn run(self: Box<Self>, core: Arc<Core>, policy: Policy, inbox: Inbox, stop: Stop) -> BoxFuture<'static, ()> {
        Box::pin(serve(Looks::new(core.clone(), self.0, policy, stop.clone()), core, inbox, stop))
    }
}
