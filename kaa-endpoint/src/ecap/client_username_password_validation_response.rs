//! Whose user name and password they are.

use kaa_ism::Message;

use super::ClientUsernamePasswordValidationRequest;

/// Says whose a user name and a password are (16/ECAP, `0016-client-username-password-validation-response.avsc`,
/// ECAP-026 to ECAP-028, ECAP-030).
///
/// - Subject: the replyTo of the request as it stands (D-22).
/// - Sent by the provider. What is unknown or not valid has a status code other than 2xx and null in both ids.
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.ecap.gen.v1")]
#[message(response = "ecap.client-username-password-response", request = ClientUsernamePasswordValidationRequest)]
#[non_exhaustive]
pub struct ClientUsernamePasswordValidationResponse {
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// Id of the credential, by which [`ClientCredentialRevokedEvent`](super::ClientCredentialRevokedEvent) names it.
    /// Null if it is not valid.
    #[avro(null = "last")]
    pub credential_id: Option<String>,
    /// Client that the credential identifies. Null if it is not valid, or if the provider knows no client of it.
    #[avro(null = "last")]
    pub client_id: Option<String>,
    /// HTTP status code: 2xx on success.
    pub status_code: i32,
    /// Reason phrase. Null if there is none.
    #[avro(default = null)]
    pub reason_phrase: Option<String>,
}
