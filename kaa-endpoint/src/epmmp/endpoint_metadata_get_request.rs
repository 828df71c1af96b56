//! Read metadata.

use kaa_ism::Message;

use super::EndpointMetadataGetResponse;

/// Asks for metadata of an endpoint (19/EPMMP, `0019-endpoint-metadata-get-request.avsc`, EPMMP-001 to EPMMP-004).
///
/// - Subject: `kaa.v1.service.<repository instance>.epmmp.ep-metadata-get-request`.
/// - replyTo: required; `kaa.v1.replica.<client replica>.epmmp.ep-metadata-get-response`.
/// - Sent by a management client; answered by [`EndpointMetadataGetResponse`].
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.epmmp.gen.v1")]
#[message(request = "epmmp.ep-metadata-get-request", response = EndpointMetadataGetResponse)]
#[non_exhaustive]
pub struct EndpointMetadataGetRequest {
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// Endpoint whose metadata are meant.
    pub endpoint_id: String,
    /// Keys that are wanted. Empty means all (EPMMP-008).
    #[avro(default = [])]
    pub include: Vec<String>,
    /// Whether metadata are wanted at all; false asks for the application version alone (EPMMP-009). Appended
    /// 2020-05-22; absent bytes are read as true.
    #[avro(default = true, appended)]
    pub include_metadata: bool,
}

impl EndpointMetadataGetRequest {
    /// Whether the value of `key` is to be in the answer (EPMMP-008, EPMMP-009).
    #[must_use]
    pub fn wants(&self, key: &str) -> bool {
        self.include_metadata && (self.include.is_empty() || self.include.iter().any(|wanted| wanted == key))
    }
}
