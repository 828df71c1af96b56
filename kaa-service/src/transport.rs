//! What a bus has to be able to do.

mod refusal;

use std::{fmt, future::Future, pin::Pin, sync::Arc};

use bytes::Bytes;
use futures::{FutureExt as _, Stream};
use kaa_ism::{InstanceName, Subject, SubjectFilter};
pub(crate) use refusal::unless_refused;
pub use refusal::{Action, Refusal};
use tokio::{
    sync::{broadcast, watch},
    task::coop,
};

use crate::trace::TraceContext;

/// A boxed future, for a trait that is used as `dyn`.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A bus with the semantics of core NATS: subjects, wildcards, queue groups, at most once delivery, and a notice instead of
/// an answer when nobody listens.
///
/// Order that the runner relies on: what one connection publishes is processed in order, and whatever that makes the bus
/// deliver to one subscription of the same connection (messages and no-responders notices) arrives in that order.
pub trait Transport: fmt::Debug + Send + Sync + 'static {
    /// Publishes a message: hands it to the connection. Waits while the connection is busy. Nothing happens before the
    /// future is polled, and polling it must not send through a service: the runner holds a lock meanwhile. Dropped before it
    /// is ready, it has published nothing.
    fn publish(&self, message: Outgoing) -> BoxFuture<'_, Result<(), TransportError>>;

    /// The same if the connection takes the message at once; `None` if it is busy, and then nothing is published. Every message
    /// passes here first: an implementation that needs no box is faster than the default.
    fn try_publish(&self, message: &Outgoing) -> Option<Result<(), TransportError>> {
        // Also from a task that has used up its budget.
        coop::unconstrained(self.publish(message.clone())).now_or_never()
    }

    /// Subscribes, as a member of a queue group if one is given. What the subscriber does not take in time is dropped,
    /// and counted in [`dropped`](Self::dropped).
    fn subscribe(
        &self,
        filter: SubjectFilter,
        queue: Option<InstanceName>,
    ) -> BoxFuture<'_, Result<Box<dyn Subscription>, TransportError>>;

    /// Waits until everything published has left this process.
    fn flush(&self) -> BoxFuture<'_, Result<(), TransportError>>;

    /// The state of the connection; changes are seen by whoever waits for them.
    fn connection(&self) -> watch::Receiver<Connection>;

    /// Whether there is a connection now.
    fn is_connected(&self) -> bool {
        self.connection().borrow().up
    }

    /// Looks whether what [`connection`](Self::connection) says is still true. Called every now and then. Default: it is.
    fn check_connection(&self) {}

    /// What the bus refuses from now on, for want of permission. A closed channel: it never does.
    fn refusals(&self) -> broadcast::Receiver<Refusal> {
        broadcast::Sender::new(1).subscribe()
    }

    /// Waits until [`refusals`](Self::refusals) has told what the bus had refused before the message delivered last. Default:
    /// it is told before.
    fn settled(&self) -> BoxFuture<'_, ()> {
        Box::pin(std::future::ready(()))
    }

    /// The size of the largest message that is taken, in bytes.
    fn max_payload(&self) -> usize;

    /// How many messages slow subscribers have lost so far.
    fn dropped(&self) -> u64;
}

/// The state of a connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "two numbers that every transport fills in")]
pub struct Connection {
    /// Whether there is one.
    pub up: bool,
    /// How often it has been lost so far. Who looks late sees by it that it was away.
    pub losses: u64,
}

impl Connection {
    /// Notes that the connection is there or is lost.
    pub fn note(&mut self, up: bool) {
        self.losses += u64::from(self.up && !up);
        self.up = up;
    }
}

/// The messages of a subscription. Dropping it unsubscribes at once and loses what is under way.
pub trait Subscription: Stream<Item = Delivery> + Send + Unpin {
    /// Asks the bus to deliver no more. What it has sent by then still arrives, in front of whatever is published
    /// afterwards to another subscription of this connection: after a round trip, all of it is here. The stream need not
    /// end.
    fn stop(&mut self) -> BoxFuture<'_, Result<(), TransportError>>;
}

/// What is published.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Outgoing {
    /// Where to.
    pub subject: Subject,
    /// Where an answer is expected.
    pub reply_to: Option<Subject>,
    /// One Avro binary datum.
    pub body: Bytes,
    /// The trace that it belongs to, if any. A bus that carries no more than bytes leaves it out.
    pub trace: Option<Arc<TraceContext>>,
}

impl Outgoing {
    /// A message.
    #[must_use]
    pub fn new(subject: Subject, reply_to: Option<Subject>, body: Bytes) -> Self {
        Self { subject, reply_to, body, trace: None }
    }

    /// With the trace that it belongs to.
    #[must_use]
    pub fn with_trace(mut self, trace: Option<Arc<TraceContext>>) -> Self {
        self.trace = trace;
        self
    }
}

/// What a subscription gets.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Delivery {
    /// A message.
    Message(Incoming),
    /// A message of ours that asked for an answer reached nobody.
    NoResponders {
        /// The replyTo of that message.
        reply_to: Subject,
        /// Its subject, if the bus tells.
        subject: Option<Subject>,
    },
}

/// A message as it arrives.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Incoming {
    /// Where it was published.
    pub subject: Subject,
    /// Where an answer is expected.
    pub reply_to: Option<Subject>,
    /// One Avro binary datum, if the sender keeps to the rules.
    pub body: Bytes,
    /// The trace that it belongs to, if its sender has said so in a form that can be read.
    pub trace: Option<Arc<TraceContext>>,
}

impl Incoming {
    /// A message.
    #[must_use]
    pub fn new(subject: Subject, reply_to: Option<Subject>, body: Bytes) -> Self {
        Self { subject, reply_to, body, trace: None }
    }

    /// With the trace that it belongs to.
    #[must_use]
    pub fn with_trace(mut self, trace: Option<Arc<TraceContext>>) -> Self {
        self.trace = trace;
        self
    }
}

/// Why the bus did not do what was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TransportError {
    /// There is no connection, or it has been closed.
    #[error("not connected to the bus")]
    Disconnected,
    /// The message is larger than the bus takes.
    #[error("a message of {size} bytes is larger than the {limit} bytes that the bus takes")]
    TooLarge {
        /// The message.
        size: usize,
        /// What would be taken.
        limit: usize,
    },
    /// The bus has refused lately to publish there; it is tried again after some time. See [`Transport::refusals`].
    #[error("the bus does not allow to publish to {subject}")]
    Refused {
        /// Where to.
        subject: Subject,
    },
}

impl From<TransportError> for kaa_ism::SendError {
    fn from(error: TransportError) -> Self {
        match error {
            TransportError::Disconnected => Self::Disconnected,
            TransportError::TooLarge { size, limit } => Self::TooLarge { size, limit },
            TransportError::Refused { subject } => Self::NotAllowed { subject },
        }
    }
}
