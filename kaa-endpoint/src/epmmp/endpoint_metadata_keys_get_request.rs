//! Read the keys.

use kaa_ism::Message;

use super::EndpointMetadataKeysGetResponse;

/// Asks for the metadata keys of an endpoint (19/EPMMP, `0019-endpoint-metadata-keys-get-request.avsc`, EPMMP-039 to
/// EPMMP-042).
///
/// - Subject: `kaa.v1.service.<repository instance>.epmmp.ep-metadata-keys-get-request`.
/// - replyTo: required; `kaa.v1.replica.<client replica>.epmmp.ep-metadata-keys-get-response`.
/// - Sent by a management client; answered by [`EndpointMetadataKeysGetResponse`].
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.epmmp.gen.v1")]
#[message(request = "epmmp.ep-metadata-keys-get-request", response = EndpointMetadataKeysGetResponse)]
#[non_exhaustive]
pub struct EndpointMetadataKeysGetRequest {
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// Endpoint whose metadata are meant.
    pub endpoint_id: String,
}
