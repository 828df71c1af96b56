//! Tokens have become unusable.

use kaa_ism::Message;

/// Tokens that were valid are no longer (16/ECAP, `0016-endpoint-token-revoked.avsc`, ECAP-017 to ECAP-021).
///
/// - Subject: `kaa.v1.events.<provider instance>.endpoint.token.revoked`.
/// - Sent by the provider; every replica of a communication service has to end the sessions that these tokens identified.
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.ecap.gen.v1")]
#[message(event = "endpoint.token.revoked")]
#[non_exhaustive]
pub struct EndpointTokenRevokedEvent {
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// Application of the tokens.
    pub app_name: String,
    /// Endpoint that they identified.
    pub endpoint_id: String,
    /// Ids of the tokens, as validation answered them; not the tokens.
    pub token_ids: Vec<String>,
    /// Replica that published the event.
    pub originator_replica_id: String,
}
