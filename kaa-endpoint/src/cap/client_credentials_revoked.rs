//! Client credentials have become unusable.

use kaa_ism::Message;

/// Client credentials that were valid are no longer (22/CAP, `0022-credentials-revoked.avsc`, CAP-019 to CAP-022).
///
/// - Subject: `kaa.v1.events.<provider instance>.client-credentials.<kind>.revoked`, where the kind is a
///   [`CredentialsKind`](super::CredentialsKind): give its text to [`subject_with`](kaa_ism::Event::subject_with).
/// - Sent by the provider; every replica of a communication service has to end the sessions of that client at once
///   (CAP-020).
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.cap.gen.v1")]
#[message(event = "client-credentials.{}.revoked")]
#[non_exhaustive]
pub struct ClientCredentialsRevokedEvent {
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// Tenant that owns the credentials.
    pub tenant_id: String,
    /// Id of the credentials, as authentication answered it.
    pub credentials_id: String,
    /// Replica that published the event.
    pub originator_replica_id: String,
}
