//! Change parts of metadata.

use bytes::Bytes;
use kaa_ism::Message;

use super::EndpointMetadataPatchResponse;

/// Asks to apply a JSON Patch to the metadata of an endpoint (19/EPMMP, `0019-endpoint-metadata-patch-request.avsc`,
/// EPMMP-011 to EPMMP-015).
///
/// - Subject: `kaa.v1.service.<repository instance>.epmmp.ep-metadata-patch-request`.
/// - replyTo: required; `kaa.v1.replica.<client replica>.epmmp.ep-metadata-patch-response`.
/// - Sent by a management client; answered by [`EndpointMetadataPatchResponse`]. A patch that creates or changes a
///   restricted key is refused (EPMMP-019).
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.epmmp.gen.v1")]
#[message(request = "epmmp.ep-metadata-patch-request", response = EndpointMetadataPatchResponse)]
#[non_exhaustive]
pub struct EndpointMetadataPatchRequest {
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// Endpoint whose metadata are meant.
    pub endpoint_id: String,
    /// Condition, written as the HTTP header If-Match. Null means none (EPMMP-020).
    #[avro(default = null)]
    pub if_match: Option<String>,
    /// JSON Patch of RFC 6902. If one of its operations fails nothing is changed (EPMMP-011).
    pub patch: Bytes,
}

impl EndpointMetadataPatchRequest {
    /// Whether the condition holds for metadata of the version `e_tag`; `None`: there is no such endpoint (EPMMP-020).
    /// If it does not, the answer is 412.
    ///
    /// As in If-Match, `*` stands for any version, and several may be listed with commas between them. Versions are
    /// compared as texts: the repository that compares them has written them.
    #[must_use]
    pub fn holds_for(&self, e_tag: Option<&str>) -> bool {
        match (self.if_match.as_deref().map(str::trim), e_tag) {
            (None, _) | (Some("*"), Some(_)) => true,
            (Some(_), None) => false,
            (Some(wanted), Some(e_tag)) => wanted == e_tag || wanted.split(',').any(|one| one.trim() == e_tag),
        }
    }
}
