//! Are these user name and password good, and whose are they?

use std::fmt;

use kaa_ism::Message;

use super::ClientUsernamePasswordValidationResponse;

/// Asks whether a user name and a password are valid and whose they are (16/ECAP,
/// `0016-client-username-password-validation-request.avsc`, ECAP-022 to ECAP-025).
///
/// - Subject: `kaa.v1.service.<provider instance>.ecap.client-username-password-request`.
/// - replyTo: required; `kaa.v1.replica.<consumer replica>.ecap.client-username-password-response`.
/// - Sent by a consumer (a communication service); answered by [`ClientUsernamePasswordValidationResponse`].
#[derive(Clone, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.ecap.gen.v1")]
#[message(request = "ecap.client-username-password-request", response = ClientUsernamePasswordValidationResponse)]
#[non_exhaustive]
pub struct ClientUsernamePasswordValidationRequest {
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// User name of the client. Null if it gave none, which is not the same as empty (ECAP-029).
    #[avro(null = "last")]
    pub username: Option<String>,
    /// Password of the client. Null if it gave none, which is not the same as empty (ECAP-029).
    #[avro(null = "last")]
    pub password: Option<String>,
}

/// Without the password: who knows it can connect as the client.
impl fmt::Debug for ClientUsernamePasswordValidationRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientUsernamePasswordValidationRequest")
            .field("correlation_id", &self.correlation_id)
            .field("username", &self.username)
            .finish_non_exhaustive()
    }
}
