use crate::{RepositoryError, RepositoryErrorKind, TokenStatus};
use kaa_protocol::{InvalidName, Status, StatusCode};
use rest_support::Interrupted;
use std::fmt;

/// A use case did not succeed.
///
/// Its text may be shown to the peer. [`source`](std::error::Error::source) may not: it tells, for the log, why a token
/// was refused or how the store failed.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    source: Option<Cause>,
}

/// What did not succeed, and so which status the peer gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The token is not valid: 401. The text is the same whether it is unknown, suspended or revoked.
    Refused,
    /// There is no such token: 404.
    NotFound,
    /// The application has a token of this text: 409.
    Taken,
    /// The status of the token does not allow it: 409.
    IllegalTransition,
    /// The service failed: 500. Worth trying again.
    Internal,
}

#[derive(Debug, thiserror::Error)]
enum Cause {
    #[error("there is no such token")]
    Unknown,
    #[error("the token is {0}")]
    Disabled(TokenStatus),
    #[error(transparent)]
    Repository(RepositoryError),
    #[error(transparent)]
    Interrupted(Interrupted),
    #[error("all of {0} generated tokens were taken")]
    Exhausted(u32),
    #[error(transparent)]
    Generated(InvalidName),
}

impl Error {
    pub(crate) fn unknown() -> Self {
        Self::refused(Cause::Unknown)
    }

    pub(crate) fn disabled(status: TokenStatus) -> Self {
        Self::refused(Cause::Disabled(status))
    }

    pub(crate) fn not_found() -> Self {
        RepositoryError::from(RepositoryErrorKind::NotFound).into()
    }

    pub(crate) fn exhausted(attempts: u32) -> Self {
        Self::internal(Cause::Exhausted(attempts))
    }

    pub(crate) fn generated(invalid: InvalidName) -> Self {
        Self::internal(Cause::Generated(invalid))
    }

    fn refused(cause: Cause) -> Self {
        Self { kind: ErrorKind::Refused, message: "the endpoint token is not valid".to_owned(), source: Some(cause) }
    }

    fn internal(cause: Cause) -> Self {
        Self { kind: ErrorKind::Internal, message: "credential management failed".to_owned(), source: Some(cause) }
    }

    /// What went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Whether the same call may succeed later.
    pub fn is_retryable(&self) -> bool {
        self.kind == ErrorKind::Internal
    }
}

impl From<RepositoryError> for Error {
    fn from(error: RepositoryError) -> Self {
        let kind = match error.kind() {
            RepositoryErrorKind::Taken => ErrorKind::Taken,
            RepositoryErrorKind::NotFound => ErrorKind::NotFound,
            RepositoryErrorKind::IllegalTransition(_) => ErrorKind::IllegalTransition,
            RepositoryErrorKind::Storage => return Self::internal(Cause::Repository(error)),
        };
        Self { kind, message: error.to_string(), source: None }
    }
}

impl From<Interrupted> for Error {
    fn from(interrupted: Interrupted) -> Self {
        Self::internal(Cause::Interrupted(interrupted))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|cause| cause as _)
    }
}

/// For the answers over the bus. The cause stays behind, for the log.
impl From<Error> for Status {
    fn from(error: Error) -> Self {
        let code = match error.kind {
            ErrorKind::Refused => StatusCode::UNAUTHORIZED,
            ErrorKind::NotFound => StatusCode::NOT_FOUND,
            ErrorKind::Taken | ErrorKind::IllegalTransition => StatusCode::CONFLICT,
            ErrorKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let status = Self::new(code, error.message);
        match error.source {
            Some(cause) => status.with_source(cause),
            None => status,
        }
    }
}
