//! What a repository knows of an endpoint.

use bytes::Bytes;

/// Metadata of an endpoint (EPMMP-010).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct EndpointMetadata {
    /// Version of the metadata: another one after every change, else the same. `None` if unknown.
    pub e_tag: Option<String>,
    /// The metadata, as the text of a JSON object. `None` if they were not asked for.
    pub payload: Option<Bytes>,
    /// Application version of the endpoint. `None` if unknown.
    pub app_version_name: Option<String>,
}

impl EndpointMetadata {
    /// Of an endpoint of which nothing else is known.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With the version of the metadata.
    #[must_use]
    pub fn with_e_tag(mut self, e_tag: impl Into<String>) -> Self {
        self.e_tag = Some(e_tag.into());
        self
    }

    /// With the metadata, as the text of a JSON object.
    #[must_use]
    pub fn with_payload(mut self, payload: impl Into<Bytes>) -> Self {
        self.payload = Some(payload.into());
        self
    }

    /// With the application version.
    #[must_use]
    pub fn with_app_version_name(mut self, app_version_name: impl Into<String>) -> Self {
        self.app_version_name = Some(app_version_name.into());
        self
    }
}
