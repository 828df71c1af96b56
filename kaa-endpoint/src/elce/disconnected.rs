//! Endpoints are gone.

use std::collections::BTreeMap;

use kaa_ism::Message;

/// The communication sessions of endpoints have ended, for whatever reason (9/ELCE, `0009-ep-disconnected.avsc`, ELCE-005 to ELCE-008).
///
/// - Subject: `kaa.v1.events.<originator instance>.endpoint.connectivity.disconnected`.
/// - Sent by a communication service: one event for all endpoints of a connection.
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.event.gen.v1.endpoint.connectivity")]
#[message(event = "endpoint.connectivity.disconnected")]
#[non_exhaustive]
pub struct DisconnectedEvent {
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
