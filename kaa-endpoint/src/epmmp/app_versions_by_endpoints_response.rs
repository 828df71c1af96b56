//! The application versions of endpoints.

use std::collections::BTreeMap;

use kaa_ism::Message;

use super::AppVersionsByEndpointsRequest;

/// Says which application versions endpoints speak (19/EPMMP, `0019-endpoints-app-version-response.avsc`, EPMMP-051 to
/// EPMMP-054).
///
/// - Subject: the replyTo of the request as it stands (D-22).
/// - Sent by the repository.
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.epmmp.gen.v1")]
#[message(response = "epmmp.ep-app-version-get-response", request = AppVersionsByEndpointsRequest, echo(endpoint_ids))]
#[non_exhaustive]
pub struct AppVersionsByEndpointsResponse {
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// Endpoints of the request.
    pub endpoint_ids: Vec<String>,
    /// Ids of the endpoints found, by application version name. An unknown endpoint is in none (EPMMP-054).
    pub app_versions_to_endpoints: BTreeMap<String, Vec<String>>,
    /// HTTP status code: 2xx on success.
    pub status_code: i32,
    /// Reason phrase. Null if there is none.
    #[avro(default = null)]
    pub reason_phrase: Option<String>,
}
