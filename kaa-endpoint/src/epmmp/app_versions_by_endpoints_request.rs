//! Which application versions do endpoints speak?

use kaa_ism::Message;

use super::AppVersionsByEndpointsResponse;

/// Asks which application versions endpoints speak (19/EPMMP, `0019-endpoints-app-version-request.avsc`, EPMMP-047 to
/// EPMMP-050).
///
/// - Subject: `kaa.v1.service.<repository instance>.epmmp.ep-app-version-get-request`.
/// - replyTo: required; `kaa.v1.replica.<client replica>.epmmp.ep-app-version-get-response`.
/// - Sent by a management client; answered by [`AppVersionsByEndpointsResponse`].
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.epmmp.gen.v1")]
#[message(request = "epmmp.ep-app-version-get-request", response = AppVersionsByEndpointsResponse)]
#[non_exhaustive]
pub struct AppVersionsByEndpointsRequest {
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// The endpoints.
    pub endpoint_ids: Vec<String>,
}
