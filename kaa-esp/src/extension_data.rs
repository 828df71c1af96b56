//! What an extension service sends to a communication service.

use bytes::Bytes;
use kaa_ism::Message;

use crate::ClientData;

/// An extension's message on its way to a client: an answer or a push (4/ESP, `0004-extension-data.avsc`, ESP-015).
///
/// - Subject: the replyTo of the [`ClientData`] that it answers (ESP-013), else
///   `kaa.v1.service.<communication service instance>.esp.ExtensionData` (ESP-012).
/// - replyTo: none, or `kaa.v1.replica.<extension replica>.esp.ClientData` to get the rest of the session (ESP-014).
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.esp.gen.v1", borrowed)]
#[message(
    response = "esp.ExtensionData",
    request = ClientData,
    echo(app_version_name, endpoint_id, resource_path, request_id)
)]
#[non_exhaustive]
pub struct ExtensionData {
    /// That of the message that is answered; of a push, an id of its own.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// Application version. Null only if an endpoint-aware extension does not know it (ESP-016, ESP-017).
    #[avro(null = "last")]
    pub app_version_name: Option<String>,
    /// Instance that sent the message. Null if unknown (ESP-019).
    #[avro(null = "last")]
    pub extension_instance_name: Option<String>,
    /// Endpoint that the message is for. Null for endpoint-unaware extensions (ESP-018).
    #[avro(null = "last")]
    pub endpoint_id: Option<String>,
    /// Resource path of the request, or that of the push (ESP-020).
    pub resource_path: String,
    /// Request id of the request. Null if it had none (ESP-020).
    #[avro(null = "last")]
    pub request_id: Option<i32>,
    /// Content. Null means none; on the device side that is the same as empty (ESP-023).
    #[avro(null = "last")]
    pub payload: Option<Bytes>,
    /// HTTP status code: 2xx goes to `/status`, anything else to `/error` (ESP-021, ESP-024).
    pub status_code: i32,
    /// Reason phrase. Null if there is none; the client gets a text all the same (ESP-022).
    #[avro(default = null)]
    pub reason_phrase: Option<String>,
}
