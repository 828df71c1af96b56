use crate::{Endpoint, Metadata};
use kaa_protocol::{AppVersionName, ApplicationName, EndpointId};
use std::fmt;
use std::future::Future;

/// Where endpoints are kept. Every method is one atomic step; several replicas may share one store.
///
/// A future that is dropped leaves the store as it was or as it was to be, nothing between.
pub trait EndpointRepository: Send + Sync + 'static {
    /// Adds an endpoint. Fails with `Conflict` when there is one of this id.
    fn create(&self, endpoint: &Endpoint) -> impl Future<Output = Result<(), RepositoryError>> + Send;

    /// The endpoint of this id, with its metadata.
    fn find(&self, id: &EndpointId) -> impl Future<Output = Result<Option<Endpoint>, RepositoryError>> + Send;

    /// The endpoints inside the window of the filter, oldest first, and how many there are without the window.
    fn list(
        &self,
        filter: &EndpointFilter,
    ) -> impl Future<Output = Result<(Vec<Endpoint>, u64), RepositoryError>> + Send;

    /// Removes an endpoint and returns it as it was.
    fn delete(&self, id: &EndpointId) -> impl Future<Output = Result<Option<Endpoint>, RepositoryError>> + Send;

    /// Sets the version that an endpoint runs and returns the one before. `None`: it runs this version already, and
    /// nothing was changed.
    ///
    /// Fails with `NotFound`.
    fn set_app_version(
        &self,
        id: &EndpointId,
        version: &AppVersionName,
        now: i64,
    ) -> impl Future<Output = Result<Option<AppVersionName>, RepositoryError>> + Send;

    /// Sets all metadata of an endpoint and returns those before. `None`: they are equal, and nothing was changed.
    ///
    /// Fails with `NotFound`.
    fn set_metadata(
        &self,
        id: &EndpointId,
        metadata: &Metadata,
        now: i64,
    ) -> impl Future<Output = Result<Option<Metadata>, RepositoryError>> + Send;
}

/// Which endpoints are asked for.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct EndpointFilter {
    /// Only this one.
    pub id: Option<EndpointId>,
    /// Only those of this application.
    pub application: Option<ApplicationName>,
    /// Only those that run this version.
    pub app_version: Option<AppVersionName>,
    /// Whether the metadata are read.
    pub metadata: bool,
    /// How many are passed over.
    pub offset: u32,
    /// How many are answered at most.
    pub limit: u32,
}

impl EndpointFilter {
    /// All, without metadata, inside this window.
    pub fn new(offset: u32, limit: u32) -> Self {
        Self { id: None, application: None, app_version: None, metadata: false, offset, limit }
    }

    /// Only this one.
    #[must_use]
    pub fn with_id(mut self, id: EndpointId) -> Self {
        self.id = Some(id);
        self
    }

    /// Only those of this application.
    #[must_use]
    pub fn with_application(mut self, application: ApplicationName) -> Self {
        self.application = Some(application);
        self
    }

    /// Only those that run this version.
    #[must_use]
    pub fn with_app_version(mut self, app_version: AppVersionName) -> Self {
        self.app_version = Some(app_version);
        self
    }

    /// With the metadata.
    #[must_use]
    pub fn with_metadata(mut self) -> Self {
        self.metadata = true;
        self
    }
}

/// The store could not do what it was asked to.
#[derive(Debug)]
pub struct RepositoryError {
    kind: RepositoryErrorKind,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// Why the store refused or failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RepositoryErrorKind {
    /// There is an endpoint of this id.
    Conflict,
    /// There is no such endpoint.
    NotFound,
    /// The store itself failed; nothing was changed as far as it knows.
    Storage,
}

impl RepositoryError {
    /// The store itself failed.
    pub fn storage(source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self { kind: RepositoryErrorKind::Storage, source: Some(Box::new(source)) }
    }

    /// What went wrong.
    pub fn kind(&self) -> RepositoryErrorKind {
        self.kind
    }
}

impl From<RepositoryErrorKind> for RepositoryError {
    fn from(kind: RepositoryErrorKind) -> Self {
        Self { kind, source: None }
    }
}

impl fmt::Display for RepositoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            RepositoryErrorKind::Conflict => "there is an endpoint of this id already",
            RepositoryErrorKind::NotFound => "there is no such endpoint",
            RepositoryErrorKind::Storage => "the endpoint store failed",
        })
    }
}

impl std::error::Error for RepositoryError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
