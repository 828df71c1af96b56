use kaa_protocol::{AppVersionName, ApplicationName, EndpointId};
use serde_json::{Map, Value};

/// The metadata of an endpoint: a JSON object. Its keys are those of
/// [`MetadataKey`](kaa_protocol::MetadataKey), its values anything.
pub type Metadata = Map<String, Value>;

/// An endpoint of the register.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Endpoint {
    /// Its id, for ever.
    pub id: EndpointId,
    /// Its application, for ever: tokens belong to one.
    pub application: ApplicationName,
    /// When it was registered, in ms since the epoch.
    pub created: i64,
    /// The version of the application that it runs.
    pub app_version: AppVersion,
    /// Its metadata. Empty where a list was asked for without it.
    pub metadata: Metadata,
    /// When the metadata were last set, in ms since the epoch. `None`: never.
    pub metadata_updated: Option<i64>,
}

/// The version of the application that an endpoint runs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AppVersion {
    /// Its name.
    pub name: AppVersionName,
    /// Since when, in ms since the epoch.
    pub registered: i64,
}

impl Endpoint {
    /// A new endpoint, registered `now`, without metadata.
    pub fn new(id: EndpointId, application: ApplicationName, app_version: AppVersionName, now: i64) -> Self {
        Self {
            id,
            application,
            created: now,
            app_version: AppVersion::new(app_version, now),
            metadata: Metadata::new(),
            metadata_updated: None,
        }
    }

    /// With these metadata, set when it was registered.
    #[must_use]
    pub fn with_metadata(mut self, metadata: Metadata) -> Self {
        self.metadata = metadata;
        self.metadata_updated = Some(self.created);
        self
    }
}

impl AppVersion {
    /// A version since `registered`.
    pub fn new(name: AppVersionName, registered: i64) -> Self {
        Self { name, registered }
    }
}
