//! Suspend, activate or revoke a token.

use std::fmt;

use kaa_ism::Message;

use super::EndpointTokenStatusTransitionResponse;

/// Asks to bring an endpoint token into another status (16/ECAP, `0016-endpoint-token-status-transition-request.avsc`, ECAP-009 to ECAP-012, ECAP-016).
///
/// - Subject: `kaa.v1.service.<provider instance>.ecap.ep-token-status-transition-request`.
/// - replyTo: required; `kaa.v1.replica.<consumer replica>.ecap.ep-token-status-transition-response`.
/// - Answered by [`EndpointTokenStatusTransitionResponse`].
#[derive(Clone, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.ecap.gen.v1")]
#[message(request = "ecap.ep-token-status-transition-request", response = EndpointTokenStatusTransitionResponse)]
#[non_exhaustive]
pub struct EndpointTokenStatusTransitionRequest {
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// Application within which the token is looked up.
    pub app_name: String,
    /// The token.
    pub token: String,
    /// Where to: the text of a [`TokenStatus`](crate::TokenStatus).
    pub target_status: String,
}

/// Without the token: who knows it speaks for the endpoint.
impl fmt::Debug for EndpointTokenStatusTransitionRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EndpointTokenStatusTransitionRequest")
            .field("correlation_id", &self.correlation_id)
            .field("app_name", &self.app_name)
            .field("target_status", &self.target_status)
            .finish_non_exhaustive()
    }
}
