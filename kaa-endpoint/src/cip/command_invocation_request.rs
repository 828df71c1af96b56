//! Let an endpoint execute a command.

use bytes::Bytes;
use kaa_ism::Message;

use super::CommandInvocationResult;

/// Asks to have a command executed by an endpoint (12/CIP, `0012-command-invocation-request.avsc`, CIP-001 to CIP-004).
///
/// - Subject: `kaa.v1.service.<provider instance>.cip.command-request`.
/// - replyTo: recommended; `kaa.v1.replica.<consumer replica>.cip.command-result` (CIP-002, CIP-003). Without it the
///   command is executed and nothing is answered (D-35).
/// - Sent by a command caller to a command agent; answered by [`CommandInvocationResult`]. An expired request is not
///   executed (CIP-011).
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.cip.gen.v1")]
#[message(request = "cip.command-request", response = CommandInvocationResult)]
#[non_exhaustive]
pub struct CommandInvocationRequest {
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// Endpoint that is to execute the command.
    pub endpoint_id: String,
    /// Type of the command.
    pub command_type: String,
    /// Number of the command. Endpoint, type and number together identify it, so that it is executed once (CIP-008).
    pub command_id: i32,
    /// Content for the endpoint. Null means none, which is not the same as empty (CIP-010).
    #[avro(default = null)]
    pub payload: Option<Bytes>,
}
