//! Is this token good, and whose is it?

use std::fmt;

use kaa_ism::Message;

use super::EndpointTokenValidationResponse;

/// Asks whether an endpoint token is valid and whose it is (16/ECAP, `0016-endpoint-token-validation-request.avsc`, ECAP-001 to ECAP-004).
///
/// - Subject: `kaa.v1.service.<provider instance>.ecap.ep-token-request`.
/// - replyTo: required; `kaa.v1.replica.<consumer replica>.ecap.ep-token-response`.
/// - Sent by a consumer (a communication service); answered by [`EndpointTokenValidationResponse`].
#[derive(Clone, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.ecap.gen.v1")]
#[message(request = "ecap.ep-token-request", response = EndpointTokenValidationResponse)]
#[non_exhaustive]
pub struct EndpointTokenValidationRequest {
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
}

/// Without the token: who knows it speaks for the endpoint.
impl fmt::Debug for EndpointTokenValidationRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EndpointTokenValidationRequest")
            .field("correlation_id", &self.correlation_id)
            .field("app_name", &self.app_name)
            .finish_non_exhaustive()
    }
}
