//! What can go wrong when sending.

use std::{error::Error, fmt, time::Duration};

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
    #[error(transparent)]
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

/// Why a request did not get what it asked for. Its text has the status, or says whose answer is missing and why; its
/// source is the cause of that, if there is one.
#[derive(Debug)]
#[non_exhaustive]
pub enum RequestError {
    /// It was answered with a status that is not 2xx.
    Refused(Status),
    /// There is no answer, or none that makes sense.
    NoAnswer(CallError),
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(status) => write!(f, "refused with {status}"),
            Self::NoAnswer(error) => error.fmt(f),
        }
    }
}

impl Error for RequestError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Refused(status) => status.source(),
            Self::NoAnswer(error) => error.source(),
        }
    }
}

impl From<CallError> for RequestError {
    fn from(error: CallError) -> Self {
        Self::NoAnswer(error)
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_that_fails_says_the_status_and_the_cause_once() {
        let refused = RequestError::Refused(Status::bad_request("which?").with_source("the name is empty"));
        assert_eq!(refused.to_string(), "refused with 400 which?");
        assert_eq!(refused.source().unwrap().to_string(), "the name is empty");
    }

    #[test]
    fn a_request_without_answer_says_whose_is_missing() {
        let instance = InstanceName::parse("dcx").unwrap();
        let kind = MessageKind::from_static("esp.ClientData");
        let missing = RequestError::from(CallError::NoResponders { instance, kind });
        assert_eq!(missing.to_string(), "no replica of `dcx` listens to esp.ClientData");
        assert!(missing.source().is_none());
        let busy = RequestError::from(CallError::from(SendError::Busy));
        assert_eq!(busy.to_string(), "the request was not sent");
        assert_eq!(busy.source().unwrap().to_string(), "the connection to the bus is too busy");
    }
}
