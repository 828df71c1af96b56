//! An endpoint has come to be.

use kaa_ism::Message;

/// An endpoint has been registered for the first time (9/ELCE, `0009-ep-registered.avsc`, ELCE-009, ELCE-010).
///
/// - Subject: `kaa.v1.events.<originator instance>.endpoint.lifecycle.registered`.
/// - Sent by the endpoint register.
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.event.gen.v1.endpoint.lifecycle")]
#[message(event = "endpoint.lifecycle.registered")]
#[non_exhaustive]
pub struct RegisteredEvent {
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// Application version of the endpoint.
    pub app_version_name: String,
    /// The endpoint.
    pub endpoint_id: String,
    /// Replica that published the event.
    pub originator_replica_id: String,
}
