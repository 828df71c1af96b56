//! Whether a key was set.

use kaa_ism::Message;

use super::EndpointMetadataKeyUpdateRequest;

/// Says whether a metadata key was set (19/EPMMP, `0019-endpoint-metadata-key-update-response.avsc`, EPMMP-026 to
/// EPMMP-028).
///
/// - Subject: the replyTo of the request as it stands (D-22).
/// - Sent by the repository.
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.epmmp.gen.v1")]
#[message(
    response = "epmmp.ep-metadata-key-update-response",
    request = EndpointMetadataKeyUpdateRequest,
    echo(endpoint_id)
)]
#[non_exhaustive]
pub struct EndpointMetadataKeyUpdateResponse {
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// Endpoint of the request.
    pub endpoint_id: String,
    /// HTTP status code: 2xx on success.
    pub status_code: i32,
    /// Reason phrase. Null if there is none.
    #[avro(default = null)]
    pub reason_phrase: Option<String>,
}
