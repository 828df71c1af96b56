use crate::{ProvisionError, ProvisionErrorKind, RepositoryError, RepositoryErrorKind};
use kaa_protocol::{AppVersionName, EndpointId, InvalidName, Status, StatusCode};
use rest_support::Interrupted;
use std::fmt;

/// A use case did not succeed.
///
/// Its text may be shown to the peer. [`source`](std::error::Error::source) may not: it is for the log.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// What did not succeed, and so which status the peer gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A value is not legal: 400.
    Invalid,
    /// There is no such endpoint: 404.
    NotFound,
    /// No configured application has this version: 404.
    UnknownAppVersion,
    /// There is an endpoint of this id, or it was removed while it was being registered: 409.
    Conflict,
    /// The application has this token: 409.
    TokenTaken,
    /// The version belongs to another application than the endpoint: 409.
    OtherApplication,
    /// Credential Management refused or gave no clear answer: 502.
    Provisioning,
    /// Credential Management was not reached: 503.
    Unavailable,
    /// The service failed: 500.
    Internal,
}

impl Error {
    pub(crate) fn invalid_id(id: &EndpointId) -> Self {
        Self::new(ErrorKind::Invalid, format!("endpointId: {id} is a relative path, which no URL can name"))
    }

    pub(crate) fn too_long(what: &str, max: usize) -> Self {
        Self::new(ErrorKind::Invalid, format!("{what}: longer than {max} bytes"))
    }

    pub(crate) fn invalid_metadata(invalid: &InvalidName) -> Self {
        Self::new(ErrorKind::Invalid, format!("metadata: {invalid}"))
    }

    pub(crate) fn unknown_app_version(version: &AppVersionName) -> Self {
        Self::new(ErrorKind::UnknownAppVersion, format!("there is no app version {version}"))
    }

    pub(crate) fn other_application(version: &AppVersionName) -> Self {
        let message = format!("the app version {version} belongs to another application than the endpoint");
        Self::new(ErrorKind::OtherApplication, message)
    }

    pub(crate) fn removed_meanwhile() -> Self {
        Self::new(ErrorKind::Conflict, "the endpoint was removed while it was being registered".to_owned())
    }

    pub(crate) fn not_found() -> Self {
        RepositoryError::from(RepositoryErrorKind::NotFound).into()
    }

    pub(crate) fn generated(invalid: InvalidName) -> Self {
        Self::new(ErrorKind::Internal, FAILED.to_owned()).with_source(invalid)
    }

    fn new(kind: ErrorKind, message: String) -> Self {
        Self { kind, message, source: None }
    }

    fn with_source(mut self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.source = Some(Box::new(source));
        self
    }

    /// What went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Whether the same call may succeed later.
    pub fn is_retryable(&self) -> bool {
        matches!(self.kind, ErrorKind::Provisioning | ErrorKind::Unavailable | ErrorKind::Internal)
    }
}

const FAILED: &str = "the endpoint register failed";

impl From<RepositoryError> for Error {
    fn from(error: RepositoryError) -> Self {
        match error.kind() {
            RepositoryErrorKind::Conflict => Self::new(ErrorKind::Conflict, error.to_string()),
            RepositoryErrorKind::NotFound => Self::new(ErrorKind::NotFound, error.to_string()),
            RepositoryErrorKind::Storage => Self::new(ErrorKind::Internal, FAILED.to_owned()).with_source(error),
        }
    }
}

impl From<ProvisionError> for Error {
    fn from(error: ProvisionError) -> Self {
        let kind = match error.kind() {
            ProvisionErrorKind::Conflict => ErrorKind::TokenTaken,
            ProvisionErrorKind::Unavailable => ErrorKind::Unavailable,
            ProvisionErrorKind::Refused | ProvisionErrorKind::Unknown => ErrorKind::Provisioning,
        };
        Self::new(kind, error.to_string()).with_source(error)
    }
}

impl From<Interrupted> for Error {
    fn from(interrupted: Interrupted) -> Self {
        Self::new(ErrorKind::Internal, FAILED.to_owned()).with_source(interrupted)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// For the answers over the bus. The cause stays behind, for the log.
impl From<Error> for Status {
    fn from(error: Error) -> Self {
        let code = match error.kind {
            ErrorKind::Invalid => StatusCode::BAD_REQUEST,
            ErrorKind::NotFound | ErrorKind::UnknownAppVersion => StatusCode::NOT_FOUND,
            ErrorKind::Conflict | ErrorKind::TokenTaken | ErrorKind::OtherApplication => StatusCode::CONFLICT,
            ErrorKind::Provisioning => StatusCode::BAD_GATEWAY,
            ErrorKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            ErrorKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let status = Self::new(code, error.message);
        match error.source {
            Some(cause) => status.with_source(cause),
            None => status,
        }
    }
}
