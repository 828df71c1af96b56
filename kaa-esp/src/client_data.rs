//! What a communication service sends to an extension service.

use bytes::Bytes;
use kaa_ism::Message;

use crate::ExtensionData;

/// A client's message on its way to an extension service (4/ESP, `0004-client-data.avsc`, ESP-004).
///
/// - Subject: `kaa.v1.service.<extension instance>.esp.ClientData`; within a session that an extension replica has claimed,
///   `kaa.v1.replica.<extension replica>.esp.ClientData` (ESP-001, ESP-002).
/// - replyTo: `kaa.v1.replica.<communication service replica>.esp.ExtensionData` (ESP-003).
/// - Sent by the communication service; answered by [`ExtensionData`].
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.esp.gen.v1", borrowed)]
#[message(request = "esp.ClientData", response = ExtensionData)]
#[non_exhaustive]
pub struct ClientData {
    /// Follows the processing across services; the answer repeats it.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// Application version that the client speaks.
    pub app_version_name: String,
    /// Endpoint on whose behalf the client speaks. Null exactly for endpoint-unaware extensions (ESP-005).
    #[avro(null = "last")]
    pub endpoint_id: Option<String>,
    /// What the message is about: the part of the topic behind the token, with a leading slash, without request id (ESP-007).
    pub resource_path: String,
    /// Request id of the topic. Null if the client gave none (ESP-008).
    #[avro(null = "last")]
    pub request_id: Option<i32>,
    /// Content as the client sent it. Never null; may be empty (ESP-009).
    #[avro(optional)]
    pub payload: Bytes,
    /// Name of the configuration that is meant. Null means the one named `default` (ESP-010). Appended 2026-01-16; absent bytes are read as null.
    #[avro(default = null, appended)]
    pub config_name: Option<String>,
}
