//! Relations of endpoints have changed.

use kaa_ism::Message;

/// Relations of endpoints have changed (24/EPRMP, `0024-endpoint-relations-updated.avsc`, EPRMP-010 to EPRMP-012).
///
/// - Subject: `kaa.v1.events.<originator instance>.endpoint.relations.updated`.
/// - Sent by the repository on every change of relations. The text of the RFC ends before the schema; the file rules
///   (D-4). It has no originatorReplicaId.
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.eprmp.gen.v1")]
#[message(event = "endpoint.relations.updated")]
#[non_exhaustive]
pub struct EndpointRelationsUpdated {
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// Endpoints whose relations have changed. May be empty.
    #[avro(default = [])]
    pub endpoint_ids: Vec<String>,
}
