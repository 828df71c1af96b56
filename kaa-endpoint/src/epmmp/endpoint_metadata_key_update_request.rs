//! Set one key.

use bytes::Bytes;
use kaa_ism::Message;

use super::EndpointMetadataKeyUpdateResponse;

/// Asks to set one metadata key of an endpoint (19/EPMMP, `0019-endpoint-metadata-key-update-request.avsc`, EPMMP-021
/// to EPMMP-025).
///
/// - Subject: `kaa.v1.service.<repository instance>.epmmp.ep-metadata-key-update-request`.
/// - replyTo: required; `kaa.v1.replica.<client replica>.epmmp.ep-metadata-key-update-response`.
/// - Sent by a management client; answered by [`EndpointMetadataKeyUpdateResponse`]. Other keys are not touched. A
///   restricted key is refused (EPMMP-029).
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.epmmp.gen.v1")]
#[message(request = "epmmp.ep-metadata-key-update-request", response = EndpointMetadataKeyUpdateResponse)]
#[non_exhaustive]
pub struct EndpointMetadataKeyUpdateRequest {
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// Endpoint whose metadata are meant.
    pub endpoint_id: String,
    /// Key to set.
    pub metadata_key: String,
    /// Its new value, as JSON text.
    pub metadata_value: Bytes,
}
