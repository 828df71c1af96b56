//! Whose certificate it is.

use kaa_ism::Message;

use super::ClientCertificateAuthenticationRequest;

/// Says whose a client certificate is (22/CAP, `0022-certificate-authentication-response.avsc`, CAP-014 to CAP-016,
/// CAP-018).
///
/// - Subject: the replyTo of the request as it stands (D-22).
/// - Sent by the provider, which looks up issuer and serial number only. A certificate that is unknown or not valid has
///   a status code other than 2xx and null in all ids.
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.cap.gen.v1")]
#[message(response = "cap.certificate-response", request = ClientCertificateAuthenticationRequest)]
#[non_exhaustive]
pub struct ClientCertificateAuthenticationResponse {
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// Tenant that owns the certificate. Null if it is not valid.
    #[avro(null = "last")]
    pub tenant_id: Option<String>,
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
