//! Are these user name and password good, and whose are they?

use std::fmt;

use kaa_ism::Message;

use super::ClientBasicAuthenticationResponse;

/// Asks whether a user name and a password are valid and whose they are (22/CAP,
/// `0022-basic-authentication-request.avsc`, CAP-001 to CAP-004).
///
/// - Subject: `kaa.v1.service.<provider instance>.cap.basic-request`.
/// - replyTo: required; `kaa.v1.replica.<consumer replica>.cap.basic-response`.
/// - Sent by a consumer (a communication service); answered by [`ClientBasicAuthenticationResponse`]. A client without
///   user name or password is refused by the consumer without asking: nothing here can be null (CAP-008, D-32).
#[derive(Clone, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.cap.gen.v1")]
#[message(request = "cap.basic-request", response = ClientBasicAuthenticationResponse)]
#[non_exhaustive]
pub struct ClientBasicAuthenticationRequest {
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// Tenant within which the user name is looked up.
    pub tenant_id: String,
    /// User name of the client.
    pub username: String,
    /// Password of the client.
    pub password: String,
}

/// Without the password: who knows it can connect as the client.
impl fmt::Debug for ClientBasicAuthenticationRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBasicAuthenticationRequest")
            .field("correlation_id", &self.correlation_id)
            .field("tenant_id", &self.tenant_id)
            .field("username", &self.username)
            .finish_non_exhaustive()
    }
}
