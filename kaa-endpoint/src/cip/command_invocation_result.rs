//! What an endpoint made of a command.

use bytes::Bytes;
use kaa_ism::Message;

use super::CommandInvocationRequest;

/// Says how a command went (12/CIP, `0012-command-invocation-result.avsc`, CIP-005 to CIP-007).
///
/// - Subject: the replyTo of the request as it stands (D-22).
/// - Sent by the command agent. A refusal repeats which command it is about (CIP-009); its application version is
///   empty, since nothing has told it.
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.cip.gen.v1")]
#[message(
    response = "cip.command-result",
    request = CommandInvocationRequest,
    echo(endpoint_id, command_type, command_id)
)]
#[non_exhaustive]
pub struct CommandInvocationResult {
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// Application version of the endpoint.
    pub app_version_name: String,
    /// Endpoint of the request (CIP-009).
    pub endpoint_id: String,
    /// Command type of the request (CIP-009).
    pub command_type: String,
    /// Command number of the request (CIP-009).
    pub command_id: i32,
    /// HTTP status code of the execution: 2xx on success (CIP-010).
    pub status_code: i32,
    /// Reason phrase. Null if there is none.
    #[avro(default = null)]
    pub reason_phrase: Option<String>,
    /// Content for the caller. Null means none, which is not the same as empty (CIP-010).
    #[avro(default = null)]
    pub payload: Option<Bytes>,
}
