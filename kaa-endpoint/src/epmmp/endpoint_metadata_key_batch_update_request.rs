//! Set keys of several endpoints.

use bytes::Bytes;
use kaa_ism::{Datum, Message};

use super::EndpointMetadataKeyBatchUpdateResponse;

/// Asks to set metadata keys of several endpoints (19/EPMMP, `0019-endpoint-metadata-key-batch-update-request.avsc`,
/// EPMMP-030 to EPMMP-033, EPMMP-038).
///
/// - Subject: `kaa.v1.service.<repository instance>.epmmp.ep-metadata-key-batch-update-request`.
/// - replyTo: required; `kaa.v1.replica.<client replica>.epmmp.ep-metadata-key-batch-update-response`.
/// - Sent by a management client; answered by [`EndpointMetadataKeyBatchUpdateResponse`].
/// - The RFC recommends the replyTo of the single update, where two types of answers would arrive (EPMMP-037). Ours has
///   a type of its own, as the recommendation allows (D-10).
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.epmmp.gen.v1")]
#[message(request = "epmmp.ep-metadata-key-batch-update-request", response = EndpointMetadataKeyBatchUpdateResponse)]
#[non_exhaustive]
pub struct EndpointMetadataKeyBatchUpdateRequest {
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// What to set, in this order, each command by itself (D-31).
    pub commands: Vec<EndpointMetadataKeyUpdateCommand>,
}

/// One key of one endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Datum)]
#[avro(namespace = "org.kaaproject.ipc.epmmp.gen.v1")]
#[non_exhaustive]
pub struct EndpointMetadataKeyUpdateCommand {
    /// Endpoint whose metadata are meant.
    pub endpoint_id: String,
    /// Key to set.
    pub metadata_key: String,
    /// Its new value, as JSON text.
    pub metadata_value: Bytes,
}

impl EndpointMetadataKeyUpdateCommand {
    /// Sets `metadata_key` of `endpoint_id` to `metadata_value`.
    #[must_use]
    pub fn new(
        endpoint_id: impl Into<String>,
        metadata_key: impl Into<String>,
        metadata_value: impl Into<Bytes>,
    ) -> Self {
        Self {
            endpoint_id: endpoint_id.into(),
            metadata_key: metadata_key.into(),
            metadata_value: metadata_value.into(),
        }
    }
}
