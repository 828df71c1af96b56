//! A client credential has become unusable.

use kaa_ism::Message;

/// A client credential that was valid is no longer (16/ECAP, `0016-client-credential-revoked.avsc`, ECAP-042 to
/// ECAP-045).
///
/// - Subject: `kaa.v1.events.<provider instance>.client.credential.revoked`.
/// - Sent by the provider; every replica of a communication service has to end the sessions of that client at once
///   (ECAP-043).
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.ecap.gen.v1")]
#[message(event = "client.credential.revoked")]
#[non_exhaustive]
pub struct ClientCredentialRevokedEvent {
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// Id of the credential, as validation answered it.
    pub credential_id: String,
    /// Replica that published the event.
    pub originator_replica_id: String,
}
