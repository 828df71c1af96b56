//! What can go wrong when sending.

use std::time::Duration;

use kaa_protocol::{Status, StatusCode};

use crate::{InstanceName, InvalidSubject, MessageKind, Subject};

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
    /// The bus does not allow this service to publish there. Trying again is no use before its permissions are changed.
    #[error("the bus does not allow to publish to {subject}")]
    NotAllowed {
        /// Where to.
        subject: Subject,
    },
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
            CallError::NotSent(SendError::NotAllowed { .. }) => {
                Self::internal("the service is not allowed to ask another one for this")
            }
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

/// Why a request did not get what it asked for.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// It was answered with a status that is not 2xx.
    #[error("the service refused")]
    Refused(#[source] Status),
    /// There is no answer, or none that makes sense.
    #[error("the service gave no answer")]
    NoAnswer(#[from] CallError),
}

impl RequestError {
    /// Whether the same request may succeed later and nothing has been done for certain: it did not arrive, or was refused with
    /// 429 or 503.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Refused(status) => matches!(status.code().as_i32(), 429 | 503),
            Self::NoAnswer(error) => error.is_retryable(),
        }
    }
}

/// A refusal as it was answered; 503, 504 or 502 if there was no valid answer.
impl From<RequestError> for Status {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::Refused(status) => status,
            RequestError::NoAnswer(error) => error.into(),
        }
    }
}
