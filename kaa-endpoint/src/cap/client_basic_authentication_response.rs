//! Whose user name and password they are.

use kaa_ism::Message;

use super::ClientBasicAuthenticationRequest;

/// Says whose a user name and a password are (22/CAP, `0022-basic-authentication-response.avsc`, CAP-005 to CAP-007,
/// CAP-009).
///
/// - Subject: the replyTo of the request as it stands (D-22).
/// - Sent by the provider. What is unknown or not valid has a status code other than 2xx and null in both ids.
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.cap.gen.v1")]
#[message(response = "cap.basic-response", request = ClientBasicAuthenticationRequest)]
#[non_exhaustive]
pub struct ClientBasicAuthenticationResponse {
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// Id of the credentials, by which [`ClientCredentialsRevokedEvent`](super::ClientCredentialsRevokedEvent) names
    /// them. Null if they are not valid.
    #[avro(null = "last")]
    pub credentials_id: Option<String>,
    /// Client that the credentials identify. Null if they are not valid, or if the provider knows no client of them.
    #[avro(null = "last")]
    pub client_id: Option<String>,
    /// HTTP status code: 2xx on success.
    pub status_code: i32,
    /// Reason phrase. Null if there is none.
    #[avro(default = null)]
    pub reason_phrase: Option<String>,
}
