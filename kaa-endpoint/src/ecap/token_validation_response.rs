//! Whose token it is.

use kaa_ism::Message;

use super::EndpointTokenValidationRequest;

/// Says whose a token is (16/ECAP, `0016-endpoint-token-validation-response.avsc`, ECAP-005 to ECAP-008).
///
/// - Subject: the replyTo of the request as it stands (D-22).
/// - Sent by the provider. A token that is unknown or not valid has a status code other than 2xx and null in both ids.
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.ecap.gen.v1")]
#[message(response = "ecap.ep-token-response", request = EndpointTokenValidationRequest)]
#[non_exhaustive]
pub struct EndpointTokenValidationResponse {
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// Id of the token, by which [`EndpointTokenRevokedEvent`](super::EndpointTokenRevokedEvent) names it. Null if it is not valid.
    #[avro(null = "last")]
    pub token_id: Option<String>,
    /// Endpoint that the token identifies. Null if it is not valid.
    #[avro(null = "last")]
    pub endpoint_id: Option<String>,
    /// HTTP status code: 2xx on success.
    pub status_code: i32,
    /// Reason phrase. Null if there is none.
    #[avro(default = null)]
    pub reason_phrase: Option<String>,
}
