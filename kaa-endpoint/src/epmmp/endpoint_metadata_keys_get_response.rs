//! The keys.

use kaa_ism::Message;

use super::EndpointMetadataKeysGetRequest;

/// Lists the metadata keys of an endpoint (19/EPMMP, `0019-endpoint-metadata-keys-get-response.avsc`, EPMMP-043 to
/// EPMMP-046).
///
/// - Subject: the replyTo of the request as it stands (D-22).
/// - Sent by the repository.
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.epmmp.gen.v1")]
#[message(
    response = "epmmp.ep-metadata-keys-get-response",
    request = EndpointMetadataKeysGetRequest,
    echo(endpoint_id)
)]
#[non_exhaustive]
pub struct EndpointMetadataKeysGetResponse {
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// Endpoint of the request.
    pub endpoint_id: String,
    /// The keys. Empty if there are none (EPMMP-046).
    #[avro(default = [])]
    pub keys: Vec<String>,
    /// HTTP status code: 2xx on success.
    pub status_code: i32,
    /// Reason phrase. Null if there is none.
    #[avro(default = null)]
    pub reason_phrase: Option<String>,
}
