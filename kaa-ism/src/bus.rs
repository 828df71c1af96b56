//! Sending, as the handles of the protocol crates see it.

use std::{future::Future, pin::Pin, time::Duration};

use kaa_protocol::{Status, StatusCode};

use crate::{Context, Deadline, Event, Identity, InstanceName, InvalidSubject, Message, MessageKind, Request, Subject};

/// Where messages leave. A runtime implements it; protocol crates put their typed handles on it.
pub trait Bus: Clone + Send + Sync + 'static {
    /// Who is sending.
    fn identity(&self) -> &Identity;

    /// Publishes a message to `subject`; the common fields are filled in (a correlation id that is set is kept). With
    /// `answer`, answers of that kind are expected at this replica (ISM-021).
    ///
    /// Delivery is at most once: `Ok` says that the message has been handed to the connection. Dropping the future before it
    /// is ready sends nothing or all.
    ///
    /// # Errors
    ///
    /// [`SendError`] if there is no connection, or the message is larger than the bus takes.
    fn publish<M: Message>(
        &self,
        subject: Subject,
        answer: Option<MessageKind>,
        message: M,
        options: SendOptions,
    ) -> impl Future<Output = Result<(), SendError>> + Send;

    /// Publishes an event as this instance.
    ///
    /// # Errors
    ///
    /// Those of [`publish`](Self::publish), and [`SendError::NoSubject`] if the event does not know its subject.
    fn broadcast<E: Event>(&self, event: E) -> impl Future<Output = Result<(), SendError>> + Send {
        let subject = event.subject(&self.identity().instance);
        async move { self.publish(subject?, None, event, SendOptions::default()).await }
    }

    /// Sends a request to a service instance and waits for the answer, whatever its status is.
    ///
    /// Dropping the future forgets the request; an answer that comes later is counted and thrown away.
    ///
    /// # Errors
    ///
    /// [`CallError`]: nobody listens, no answer in time, no connection, an answer that cannot be read, too many calls under way.
    fn call<R: Request>(
        &self,
        to: &InstanceName,
        request: R,
        options: SendOptions,
    ) -> impl Future<Output = Result<R::Response, CallError>> + Send;

    /// The same in two steps: the outer future is ready when the request has been handed to the connection, the inner one
    /// when the answer is there. For who has to keep an order, or to acknowledge that a message has been passed on.
    ///
    /// # Errors
    ///
    /// As for [`call`](Self::call).
    fn begin<R: Request>(
        &self,
        to: &InstanceName,
        request: R,
        options: SendOptions,
    ) -> impl Future<Output = Result<Answer<R>, CallError>> + Send;
}

/// The answer that is still to come. Dropping it forgets the request.
pub type Answer<R> = Pin<Box<dyn Future<Output = Result<<R as Request>::Response, CallError>> + Send>>;

/// How to send.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct SendOptions {
    /// How long a message is valid, or a call may take. `None`: messages never expire, calls take the default of the runtime.
    pub timeout: Option<Duration>,
    /// What is under way already: a message does not outlast it.
    pub deadline: Deadline,
    /// The correlation id of the cause. `None`: a new one.
    pub correlation_id: Option<String>,
}

impl SendOptions {
    /// Sends within the handling of a message: nothing outlasts its deadline.
    #[must_use]
    pub fn within(context: &Context) -> Self {
        Self { deadline: context.deadline, ..Self::default() }
    }

    /// With a timeout.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// With the correlation id of the cause (ISM-011).
    #[must_use]
    pub fn with_correlation_id(mut self, correlation_id: impl Into<String>) -> Self {
        self.correlation_id = Some(correlation_id.into());
        self
    }
}

/// Why a message did not leave.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SendError {
    /// There is no connection to the bus, or it has been closed.
    #[error("not connected to the bus")]
    Disconnected,
    /// The connection did not take the message in time.
    #[error("the connection to the bus is too busy")]
    Busy,
    /// What is a token of its subject is none.
    #[error("the message has no subject")]
    NoSubject(#[from] InvalidSubject),
    /// The message is larger than the bus takes.
    #[error("a message of {size} bytes is larger than the {limit} bytes that the bus takes")]
    TooLarge {
        /// The message.
        size: usize,
        /// What would be taken.
        limit: usize,
    },
}

/// Why a call has no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CallError {
    /// No replica of the instance is there. Nothing was handled.
    #[error("no replica of `{instance}` listens to {kind}")]
    NoResponders {
        /// Who was called.
        instance: InstanceName,
        /// What nobody listens to.
        kind: MessageKind,
    },
    /// No answer in time. The request may have been handled.
    #[error("no answer from `{instance}` to {kind} within {} ms", waited.as_millis())]
    Timeout {
        /// Who was called.
        instance: InstanceName,
        /// What was asked.
        kind: MessageKind,
        /// How long.
        waited: Duration,
    },
    /// The connection was lost while waiting, or there was none. The request may have been handled.
    #[error("the connection to the bus was lost")]
    Disconnected,
    /// More calls are waiting than the runtime allows. Nothing was sent.
    #[error("{waiting} calls are waiting for answers already")]
    Overloaded {
        /// How many.
        waiting: usize,
    },
    /// A call with the same correlation id is waiting already: answers are told apart by it. Nothing was sent.
    #[error("a call with the correlation id {correlation_id:?} is waiting already")]
    DuplicateId {
        /// The correlation id.
        correlation_id: String,
    },
    /// The answer cannot be read.
    #[error("the answer of `{instance}` cannot be read")]
    Undecodable {
        /// Who was called.
        instance: InstanceName,
        /// What is wrong with it.
        source: crate::avro::DecodeError,
    },
    /// The request did not leave.
    #[error("the request was not sent")]
    NotSent(#[from] SendError),
}

impl CallError {
    /// Whether nothing has been handled for certain, so that calling again cannot do anything twice.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(
            self,
            Self::NoResponders { .. }
                | Self::Overloaded { .. }
                | Self::NotSent(SendError::Disconnected | SendError::Busy)
        )
    }

    /// Whether there was no connection, or it was lost.
    #[must_use]
    pub fn is_disconnected(&self) -> bool {
        matches!(self, Self::Disconnected | Self::NotSent(SendError::Disconnected))
    }

    /// Whether no answer came in time.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        matches!(self, Self::Timeout { .. })
    }
}

/// What the caller of a service is told when a service behind it fails: 503 nobody there or no connection, 504 no answer in
/// time, 502 nonsense. The cause stays private.
impl From<CallError> for Status {
    fn from(error: CallError) -> Self {
        let status = match &error {
            CallError::NoResponders { .. } | CallError::Disconnected | CallError::Overloaded { .. } => {
                Self::unavailable("a service needed for this is not available")
            }
            CallError::Timeout { .. } => Self::gateway_timeout("a service needed for this did not answer in time"),
            CallError::Undecodable { .. } => Self::bad_gateway("a service needed for this gave no valid answer"),
            CallError::NotSent(SendError::TooLarge { .. }) => {
                Self::new(StatusCode::new(413), "the message is too large")
            }
            CallError::DuplicateId { .. } => Self::conflict("a request with this correlation id is under way"),
            CallError::NotSent(SendError::NoSubject(_)) => Self::internal("a message has no subject"),
            CallError::NotSent(_) => Self::unavailable("a service needed for this is not available"),
        };
        status.with_source(error)
    }
}

impl From<SendError> for Status {
    fn from(error: SendError) -> Self {
        CallError::from(error).into()
    }
}
