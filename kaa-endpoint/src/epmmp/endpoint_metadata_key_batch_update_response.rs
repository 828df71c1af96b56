//! Whether the keys were set.

use kaa_ism::Message;

use super::EndpointMetadataKeyBatchUpdateRequest;

/// Says whether metadata keys of several endpoints were set (19/EPMMP,
/// `0019-endpoint-metadata-key-batch-update-response.avsc`, EPMMP-034 to EPMMP-036, EPMMP-038).
///
/// - Subject: the replyTo of the request as it stands (D-22).
/// - Sent by the repository. One status for all commands: that of the first one that failed, with a phrase that names
///   the endpoints of all that failed (D-31).
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.epmmp.gen.v1")]
#[message(response = "epmmp.ep-metadata-key-batch-update-response", request = EndpointMetadataKeyBatchUpdateRequest)]
#[non_exhaustive]
pub struct EndpointMetadataKeyBatchUpdateResponse {
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// HTTP status code: 2xx on success.
    pub status_code: i32,
    /// Reason phrase. Null if there is none.
    #[avro(default = null)]
    pub reason_phrase: Option<String>,
}
