//! An endpoint has been removed.

use kaa_ism::Message;

/// An endpoint has been unregistered (9/ELCE, `0009-ep-unregistered.avsc`, ELCE-013, ELCE-014).
///
/// - Subject: `kaa.v1.events.<originator instance>.endpoint.lifecycle.unregistered`.
/// - Sent by the endpoint register. `appVersionName` is the version that the endpoint left.
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.event.gen.v1.endpoint.lifecycle")]
#[message(event = "endpoint.lifecycle.unregistered")]
#[non_exhaustive]
pub struct UnregisteredEvent {
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
