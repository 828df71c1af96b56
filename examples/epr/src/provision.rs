use kaa_protocol::{ApplicationName, EndpointId, EndpointToken};
use std::fmt;
use std::future::Future;

mod rest;

pub use rest::{InvalidProvisionerUrl, RestProvisioner};

/// Where the first token of an endpoint comes from: Credential Management.
pub trait TokenProvisioner: Send + Sync + 'static {
    /// Gives the endpoint a token: this one, or a generated one.
    fn provision(
        &self,
        endpoint_id: &EndpointId,
        application: &ApplicationName,
        token: Option<&EndpointToken>,
    ) -> impl Future<Output = Result<ProvisionedToken, ProvisionError>> + Send;
}

/// The token that an endpoint got.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProvisionedToken {
    /// Its text.
    pub token: EndpointToken,
    /// Its status, in the words of the one who provisioned it: `INACTIVE`.
    pub status: String,
}

impl ProvisionedToken {
    /// A token of this status.
    pub fn new(token: EndpointToken, status: impl Into<String>) -> Self {
        Self { token, status: status.into() }
    }
}

/// Without the text: who knows it can speak for the endpoint.
impl fmt::Debug for ProvisionedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProvisionedToken").field("status", &self.status).finish_non_exhaustive()
    }
}

/// An endpoint got no token, or nobody knows.
#[derive(Debug)]
pub struct ProvisionError {
    kind: ProvisionErrorKind,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// Why there is no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProvisionErrorKind {
    /// The application has this token already.
    Conflict,
    /// Credential Management does not do what it was asked for.
    Refused,
    /// Credential Management was not reached: there is no token.
    Unavailable,
    /// The question was sent and no clear answer came: there may be a token.
    Unknown,
}

impl ProvisionError {
    /// An error of this kind.
    pub fn new(kind: ProvisionErrorKind) -> Self {
        Self { kind, source: None }
    }

    /// With what caused it, for the log.
    #[must_use]
    pub fn with_source(mut self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.source = Some(Box::new(source));
        self
    }

    /// Why there is no token.
    pub fn kind(&self) -> ProvisionErrorKind {
        self.kind
    }
}

impl fmt::Display for ProvisionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            ProvisionErrorKind::Conflict => "the application has this token already",
            ProvisionErrorKind::Refused => "credential management refused to provision a token",
            ProvisionErrorKind::Unavailable => "credential management is not reachable",
            ProvisionErrorKind::Unknown => "credential management gave no clear answer",
        })
    }
}

impl std::error::Error for ProvisionError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// Has no token for anybody.
#[cfg(test)]
pub(crate) struct NoTokens;

#[cfg(test)]
impl TokenProvisioner for NoTokens {
    async fn provision(
        &self,
        _: &EndpointId,
        _: &ApplicationName,
        _: Option<&EndpointToken>,
    ) -> Result<ProvisionedToken, ProvisionError> {
        Err(ProvisionError::new(ProvisionErrorKind::Unavailable))
    }
}
