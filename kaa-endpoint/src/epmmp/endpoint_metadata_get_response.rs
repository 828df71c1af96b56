//! The metadata.

use bytes::Bytes;
use kaa_ism::Message;

use super::EndpointMetadataGetRequest;

/// Carries metadata of an endpoint (19/EPMMP, `0019-endpoint-metadata-get-response.avsc`, EPMMP-005 to EPMMP-007,
/// EPMMP-010).
///
/// - Subject: the replyTo of the request as it stands (D-22).
/// - Sent by the repository. An unknown endpoint is answered 404, without version, metadata and application
///   version (EPMMP-010).
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.epmmp.gen.v1")]
#[message(response = "epmmp.ep-metadata-get-response", request = EndpointMetadataGetRequest, echo(endpoint_id))]
#[non_exhaustive]
pub struct EndpointMetadataGetResponse {
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// Endpoint of the request.
    pub endpoint_id: String,
    /// Version of the metadata: another one after every change, else the same. Null if unknown.
    #[avro(default = null)]
    pub e_tag: Option<String>,
    /// The metadata, as the text of a JSON object. Null if they were not asked for, or if the endpoint is unknown.
    #[avro(default = null)]
    pub payload: Option<Bytes>,
    /// HTTP status code: 2xx on success.
    pub status_code: i32,
    /// Reason phrase. Null if there is none.
    #[avro(default = null)]
    pub reason_phrase: Option<String>,
    /// Application version of the endpoint. Null if unknown. Appended 2020-05-22; absent bytes are read as null.
    #[avro(default = null, appended)]
    pub app_version_name: Option<String>,
}
