use crate::{AppVersion, Endpoint, Metadata};
use kaa_protocol::{AppVersionName, ApplicationName, EndpointId, EndpointToken};
use rest_support::iso8601;
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct NewEndpointBody {
    pub(super) app_version: NewAppVersion,
    pub(super) metadata: Option<Metadata>,
    pub(super) endpoint_token: Option<EndpointToken>,
    pub(super) endpoint_id: Option<EndpointId>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewAppVersion {
    pub(super) name: AppVersionName,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ListQuery {
    pub(super) endpoint_id: Option<EndpointId>,
    pub(super) application_name: Option<ApplicationName>,
    pub(super) application_version_name: Option<AppVersionName>,
    pub(super) include: Option<Include>,
    pub(super) offset: Option<u32>,
    pub(super) limit: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OneQuery {
    pub(super) include: Option<Include>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Include {
    Metadata,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CreatedEndpoint {
    pub(super) token: EndpointToken,
    pub(super) status: String,
    pub(super) endpoint_id: EndpointId,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct EndpointItem {
    endpoint_id: EndpointId,
    created_date: String,
    app_version: AppVersionItem,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<Metadata>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata_updated_date: Option<String>,
}

impl EndpointItem {
    pub(super) fn new(endpoint: Endpoint, include: Option<Include>) -> Self {
        Self {
            endpoint_id: endpoint.id,
            created_date: iso8601(endpoint.created),
            app_version: endpoint.app_version.into(),
            metadata: include.map(|Include::Metadata| endpoint.metadata),
            metadata_updated_date: endpoint.metadata_updated.map(iso8601),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AppVersionItem {
    name: AppVersionName,
    registered_date: String,
}

impl From<AppVersion> for AppVersionItem {
    fn from(version: AppVersion) -> Self {
        Self { name: version.name, registered_date: iso8601(version.registered) }
    }
}
