//! The related endpoints.

use kaa_ism::Message;

use super::EndpointRelationsGetRequest;

/// Lists the endpoints that have the relation (24/EPRMP, `0024-endpoint-relations-get-response.avsc`, EPRMP-005 to
/// EPRMP-007, EPRMP-009).
///
/// - Subject: the replyTo of the request as it stands (D-22).
/// - Sent by the repository. It does not repeat the endpoint of the request; the correlation id tells what it answers.
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.eprmp.gen.v1")]
#[message(response = "eprmp.ep-relations-get-response", request = EndpointRelationsGetRequest)]
#[non_exhaustive]
pub struct EndpointRelationsGetResponse {
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// Ids of the endpoints. Empty if there are none.
    #[avro(default = [])]
    pub endpoint_ids: Vec<String>,
    /// HTTP status code: 2xx on success.
    pub status_code: i32,
    /// Reason phrase. Null if there is none.
    #[avro(default = null)]
    pub reason_phrase: Option<String>,
}
