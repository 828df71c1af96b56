use crate::Metadata;
use kaa_protocol::{AppVersionName, EndpointId, EndpointToken};
use std::fmt;

/// An endpoint that shall be registered.
#[derive(Clone)]
#[non_exhaustive]
pub struct NewEndpoint {
    /// The version of the application that it runs.
    pub app_version: AppVersionName,
    /// Its id. `None`: a generated UUID.
    pub id: Option<EndpointId>,
    /// Its first token. `None`: a generated one.
    pub token: Option<EndpointToken>,
    /// Its metadata.
    pub metadata: Option<Metadata>,
}

impl NewEndpoint {
    /// An endpoint that runs this version, with everything else generated or empty.
    pub fn new(app_version: AppVersionName) -> Self {
        Self { app_version, id: None, token: None, metadata: None }
    }

    /// With this id.
    #[must_use]
    pub fn with_id(mut self, id: EndpointId) -> Self {
        self.id = Some(id);
        self
    }

    /// With this token.
    #[must_use]
    pub fn with_token(mut self, token: EndpointToken) -> Self {
        self.token = Some(token);
        self
    }

    /// With these metadata.
    #[must_use]
    pub fn with_metadata(mut self, metadata: Metadata) -> Self {
        self.metadata = Some(metadata);
        self
    }
}

/// Without the text of the token.
impl fmt::Debug for NewEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewEndpoint")
            .field("app_version", &self.app_version)
            .field("id", &self.id)
            .field("metadata", &self.metadata)
            .finish_non_exhaustive()
    }
}
