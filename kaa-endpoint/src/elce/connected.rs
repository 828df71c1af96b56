//! Endpoints are there.

use std::collections::BTreeMap;

use kaa_ism::Message;

/// Endpoints have opened a communication session (9/ELCE, `0009-ep-connected.avsc`, ELCE-002 to ELCE-004).
///
/// - Subject: `kaa.v1.events.<originator instance>.endpoint.connectivity.connected`.
/// - Sent by a communication service on the first use of a token over a connection.
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.event.gen.v1.endpoint.connectivity")]
#[message(event = "endpoint.connectivity.connected")]
#[non_exhaustive]
pub struct ConnectedEvent {
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// Application version names by endpoint id.
    pub endpoints: BTreeMap<String, String>,
    /// Replica that published the event.
    pub originator_replica_id: String,
}
