use crate::{IllegalTransition, Token, TokenStatus};
use kaa_protocol::{ApplicationName, EndpointId, EndpointToken};
use std::fmt;
use std::future::Future;

/// Where tokens are kept. Every method is one atomic step; several replicas may share one store.
///
/// A future that is dropped leaves the store as it was or as it was to be, nothing between.
pub trait TokenRepository: Send + Sync + 'static {
    /// Adds a token.
    ///
    /// Fails with `Taken` when the application has a token of this text, whatever its status and endpoint.
    fn create(&self, token: &Token) -> impl Future<Output = Result<(), RepositoryError>> + Send;

    /// The token behind a key.
    fn find(&self, key: &TokenKey) -> impl Future<Output = Result<Option<Token>, RepositoryError>> + Send;

    /// The tokens of an endpoint inside the window of the filter, and how many there are without the window.
    fn list(
        &self,
        endpoint_id: &EndpointId,
        filter: &TokenFilter,
    ) -> impl Future<Output = Result<(Vec<Token>, u64), RepositoryError>> + Send;

    /// Makes an INACTIVE token ACTIVE. `None`: it is not there or not INACTIVE (any more).
    fn activate(&self, key: &TokenKey, now: i64)
    -> impl Future<Output = Result<Option<Token>, RepositoryError>> + Send;

    /// Brings a token to `target` by the rules of [`TokenStatus::step`].
    ///
    /// Fails with `NotFound` or `IllegalTransition`.
    fn transition(
        &self,
        key: &TokenKey,
        target: TokenStatus,
        now: i64,
    ) -> impl Future<Output = Result<Transitioned, RepositoryError>> + Send;

    /// Removes one token and returns it as it was.
    fn delete(&self, key: &TokenKey) -> impl Future<Output = Result<Option<Token>, RepositoryError>> + Send;

    /// Removes at most `limit` tokens of an endpoint and returns them as they were.
    fn delete_endpoint(
        &self,
        endpoint_id: &EndpointId,
        limit: u32,
    ) -> impl Future<Output = Result<Vec<Token>, RepositoryError>> + Send;
}

/// One token, by its text or by its id.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenKey {
    /// The text, unique in its application.
    Text {
        /// The application.
        application: ApplicationName,
        /// The text.
        token: EndpointToken,
    },
    /// The id, which must belong to this endpoint.
    Id {
        /// The endpoint.
        endpoint_id: EndpointId,
        /// The id.
        id: String,
    },
}

/// Without the text of the token.
impl fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text { application, .. } => {
                f.debug_struct("Text").field("application", application).finish_non_exhaustive()
            }
            Self::Id { endpoint_id, id } => {
                f.debug_struct("Id").field("endpoint_id", endpoint_id).field("id", id).finish()
            }
        }
    }
}

/// Which tokens of an endpoint are asked for.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TokenFilter {
    /// Only those of this status.
    pub status: Option<TokenStatus>,
    /// How many are passed over.
    pub offset: u32,
    /// How many are answered at most.
    pub limit: u32,
    /// By time of creation.
    pub order: Order,
}

impl TokenFilter {
    /// All, newest first, inside this window.
    pub fn new(offset: u32, limit: u32) -> Self {
        Self { status: None, offset, limit, order: Order::Descending }
    }

    /// Only those of this status.
    #[must_use]
    pub fn with_status(mut self, status: TokenStatus) -> Self {
        self.status = Some(status);
        self
    }

    /// In this order.
    #[must_use]
    pub fn with_order(mut self, order: Order) -> Self {
        self.order = order;
        self
    }
}

/// The order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there are two directions")]
pub enum Order {
    /// Oldest first.
    Ascending,
    /// Newest first.
    Descending,
}

/// A transition that took place, or was not needed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Transitioned {
    /// The token as it is now.
    pub token: Token,
    /// The status before. Equal to the one of `token` when nothing changed.
    pub previous: TokenStatus,
}

impl Transitioned {
    /// The token as it is now, and its status before.
    pub fn new(token: Token, previous: TokenStatus) -> Self {
        Self { token, previous }
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
    /// The application has a token of this text.
    Taken,
    /// There is no such token.
    NotFound,
    /// The status of the token does not allow it.
    IllegalTransition(IllegalTransition),
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

impl From<IllegalTransition> for RepositoryError {
    fn from(illegal: IllegalTransition) -> Self {
        RepositoryErrorKind::IllegalTransition(illegal).into()
    }
}

impl fmt::Display for RepositoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            RepositoryErrorKind::Taken => f.write_str("the application has this token already"),
            RepositoryErrorKind::NotFound => f.write_str("there is no such token"),
            RepositoryErrorKind::IllegalTransition(illegal) => illegal.fmt(f),
            RepositoryErrorKind::Storage => f.write_str("the token store failed"),
        }
    }
}

impl std::error::Error for RepositoryError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
