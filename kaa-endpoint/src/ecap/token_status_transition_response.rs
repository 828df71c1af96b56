//! Whether the status has changed.

use kaa_ism::Message;

use super::EndpointTokenStatusTransitionRequest;

/// Says whether a token has changed its status (16/ECAP, `0016-endpoint-token-status-transition-response.avsc`, ECAP-013 to ECAP-016).
///
/// - Subject: the replyTo of the request as it stands (D-22).
/// - 404 for an unknown token, 400 for an unknown status, 409 for an illegal transition (D-30).
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.ecap.gen.v1")]
#[message(response = "ecap.ep-token-status-transition-response", request = EndpointTokenStatusTransitionRequest)]
#[non_exhaustive]
pub struct EndpointTokenStatusTransitionResponse {
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
