use std::{borrow::Cow, error::Error, fmt, sync::Arc};

use crate::StatusCode;

/// Why a request was not done: a status code and a phrase for the peer, and a cause for the log.
///
/// Code and phrase travel: in 4/ESP and other 3/ISM responses, and to the device as an
/// [`ErrorResponse`](crate::ErrorResponse). The cause is reachable through [`Error::source`] only and never leaves the
/// process, so that it may name hosts, queries and secrets. Write phrases accordingly: a stranger may read them.
///
/// ```
/// use kaa_protocol::{Status, StatusCode};
///
/// fn read(path: &str) -> Result<Vec<u8>, Status> {
///     std::fs::read(path).map_err(Status::internal)
/// }
///
/// let status = read("/no/such/file").unwrap_err();
/// assert_eq!(status.code(), StatusCode::INTERNAL_SERVER_ERROR);
/// assert_eq!(status.reason(), "Internal Server Error");
/// assert!(std::error::Error::source(&status).is_some());
/// ```
#[derive(Clone, Debug)]
pub struct Status {
    code: StatusCode,
    reason: Cow<'static, str>,
    source: Option<Arc<dyn Error + Send + Sync>>,
}

impl Status {
    /// A status with any code.
    pub fn new(code: StatusCode, reason: impl Into<Cow<'static, str>>) -> Self {
        Self { code, reason: reason.into(), source: None }
    }

    /// 200: done.
    pub fn ok() -> Self {
        Self::new(StatusCode::OK, "OK")
    }

    /// 400: the request breaks a rule of its protocol.
    pub fn bad_request(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, reason)
    }

    /// 401: token or credentials are unknown or not active. Say no more than that: the reader is a stranger.
    pub fn unauthorized(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, reason)
    }

    /// 403: known, but not allowed.
    pub fn forbidden(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::FORBIDDEN, reason)
    }

    /// 404: no such resource or thing.
    pub fn not_found(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::NOT_FOUND, reason)
    }

    /// 409: at odds with the present state.
    pub fn conflict(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::CONFLICT, reason)
    }

    /// 429: more than the service is willing to take now. Retryable.
    pub fn too_many_requests(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, reason)
    }

    /// 500 with HTTP's own phrase: a fault of the service. What it was stays in the log.
    pub fn internal(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::from(StatusCode::INTERNAL_SERVER_ERROR).with_source(cause)
    }

    /// 502: another service that was needed has failed. Retryable.
    pub fn bad_gateway(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_GATEWAY, reason)
    }

    /// 503: the service is not able to work now. Retryable.
    pub fn unavailable(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, reason)
    }

    /// 504: another service that was needed has not answered in time. Retryable.
    pub fn gateway_timeout(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::GATEWAY_TIMEOUT, reason)
    }

    /// Adds the private cause: an error, or a text.
    #[must_use]
    pub fn with_source(mut self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(cause.into().into());
        self
    }

    /// What kind of failure it is, for the peer.
    pub fn code(&self) -> StatusCode {
        self.code
    }

    /// What went wrong in words, for the peer: the reason phrase.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// Whether the same request may succeed a little later: 429, 502, 503 and 504.
    pub fn is_retryable(&self) -> bool {
        self.code.is_retryable()
    }
}

/// A status with HTTP's own phrase for the code, or `Unknown Status` if the code is none of the constants.
impl From<StatusCode> for Status {
    fn from(code: StatusCode) -> Self {
        Self::new(code, code.canonical_reason().unwrap_or("Unknown Status"))
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.reason)
    }
}

impl Error for Status {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|cause| cause as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_is_code_and_reason() {
        assert_eq!(Status::not_found(format!("no resource {}", "/x")).to_string(), "404 no resource /x");
        assert_eq!(Status::from(StatusCode::FORBIDDEN).to_string(), "403 Forbidden");
        assert_eq!(Status::from(StatusCode::new(599)).to_string(), "599 Unknown Status");
    }

    #[test]
    fn cause_is_for_the_log_only() {
        let status = Status::internal("password is hunter2");
        assert_eq!(status.to_string(), "500 Internal Server Error");
        assert_eq!(status.source().unwrap().to_string(), "password is hunter2");
        assert!(Status::conflict("taken").source().is_none());
    }

    #[test]
    fn clone_shares_the_cause_and_its_type() {
        let status = Status::bad_gateway("receiver failed").with_source(std::io::Error::other("reset")).clone();
        assert!(status.source().unwrap().is::<std::io::Error>());
    }

    #[test]
    fn every_constructor_has_its_code() {
        for (status, code) in [
            (Status::bad_request("x"), 400),
            (Status::unauthorized("x"), 401),
            (Status::forbidden("x"), 403),
            (Status::not_found("x"), 404),
            (Status::conflict("x"), 409),
            (Status::too_many_requests("x"), 429),
            (Status::internal("x"), 500),
            (Status::bad_gateway("x"), 502),
            (Status::unavailable("x"), 503),
            (Status::gateway_timeout("x"), 504),
        ] {
            assert_eq!(status.code().as_i32(), code);
            assert_eq!(status.is_retryable(), [429, 502, 503, 504].contains(&code));
        }
    }
}
