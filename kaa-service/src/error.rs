//! Why a service does not start.

use std::{fmt, path::PathBuf};

use kaa_ism::{Interest, SendError};

use crate::transport::{Refusal, TransportError};

/// Why a service does not start. Both [`Display`](fmt::Display) with its sources and [`Debug`] are made for an operator to
/// read: a `main` that returns this error prints one clear line.
pub struct Error(Box<Cause>);

#[derive(Debug, thiserror::Error)]
enum Cause {
    #[error("the configuration {0:?} cannot be read; APP_CONFIG_PATH names the file")]
    Unreadable(PathBuf, #[source] std::io::Error),
    #[error("the configuration {place} is not valid: {problem}")]
    InvalidSettings { place: String, problem: String },
    #[error("two roles handle {0}; one service instance can play only one of them")]
    TwoRoles(String),
    #[error("a role is interested in {0}, which this runner does not know")]
    UnknownInterest(String),
    #[error("the bus cannot be subscribed to")]
    Subscribe(#[source] TransportError),
    #[error("the bus does not carry messages")]
    NotReady(#[source] SendError),
    #[error("the bus does not permit what the service needs: {0}")]
    NotPermitted(String),
    #[error("{0}")]
    Connect(String),
}

/// What kind of failure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The settings cannot be read or are not valid.
    Settings,
    /// The roles do not fit together.
    Roles,
    /// The bus cannot be reached or does not carry messages.
    Bus,
}

impl Error {
    /// What kind of failure it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match *self.0 {
            Cause::Unreadable(..) | Cause::InvalidSettings { .. } => ErrorKind::Settings,
            Cause::TwoRoles(_) | Cause::UnknownInterest(_) => ErrorKind::Roles,
            Cause::Subscribe(_) | Cause::NotReady(_) | Cause::NotPermitted(_) | Cause::Connect(_) => ErrorKind::Bus,
        }
    }

    /// A transport could not be set up; for crates that implement [`Transport`](crate::Transport).
    #[must_use]
    pub fn connect(text: impl Into<String>) -> Self {
        Cause::Connect(text.into()).into()
    }

    /// A setting is not valid; for services that read settings of their own. `place` goes on after `the configuration`.
    #[must_use]
    pub fn invalid_settings(place: impl Into<String>, problem: impl fmt::Display) -> Self {
        Cause::InvalidSettings { place: place.into(), problem: problem.to_string() }.into()
    }

    pub(crate) fn not_permitted(refusals: &[Refusal]) -> Self {
        let refusals: Vec<_> = refusals.iter().map(ToString::to_string).collect();
        Cause::NotPermitted(refusals.join("; ")).into()
    }

    pub(crate) fn unreadable(path: PathBuf, error: std::io::Error) -> Self {
        Cause::Unreadable(path, error).into()
    }

    pub(crate) fn two_roles(messages: &impl fmt::Display) -> Self {
        Cause::TwoRoles(messages.to_string()).into()
    }

    pub(crate) fn unknown_interest(interest: &Interest) -> Self {
        Cause::UnknownInterest(format!("{interest:?}")).into()
    }
}

impl From<Cause> for Error {
    fn from(cause: Cause) -> Self {
        Self(Box::new(cause))
    }
}

impl From<TransportError> for Error {
    fn from(error: TransportError) -> Self {
        Cause::Subscribe(error).into()
    }
}

impl From<SendError> for Error {
    fn from(error: SendError) -> Self {
        Cause::NotReady(error).into()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// One line with all causes.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        let mut next = std::error::Error::source(self);
        while let Some(cause) = next {
            write!(f, ": {cause}")?;
            next = cause.source();
        }
        Ok(())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        std::error::Error::source(&*self.0)
    }
}
