//! An endpoint speaks another application version.

use kaa_ism::Message;

/// An endpoint has moved to another application version (9/ELCE, `0009-ep-appversion-updated.avsc`, ELCE-011, ELCE-012).
///
/// - Subject: `kaa.v1.events.<originator instance>.endpoint.lifecycle.appversion-updated`.
/// - Sent by the endpoint register.
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.event.gen.v1.endpoint.lifecycle")]
#[message(event = "endpoint.lifecycle.appversion-updated")]
#[non_exhaustive]
pub struct AppVersionUpdatedEvent {
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// The version that the endpoint speaks now.
    pub app_version_name: String,
    /// The version that it spoke before.
    pub previous_app_version_name: String,
    /// The endpoint.
    pub endpoint_id: String,
    /// Replica that published the event.
    pub originator_replica_id: String,
}
