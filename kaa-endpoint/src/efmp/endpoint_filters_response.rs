//! The filters of an endpoint.

use kaa_ism::Message;

use super::EndpointFiltersRequest;

/// Lists the filters that an endpoint matches (20/EFMP, `0020-endpoint-filters-response.avsc`, EFMP-005 to EFMP-008).
///
/// - Subject: the replyTo of the request as it stands (D-22).
/// - Sent by the repository.
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.efmp.gen.v1")]
#[message(response = "efmp.ep-filters-response", request = EndpointFiltersRequest, echo(endpoint_id))]
#[non_exhaustive]
pub struct EndpointFiltersResponse {
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// Endpoint of the request.
    pub endpoint_id: String,
    /// Ids of the filters. Empty if it is in none, or with a status code other than 2xx (EFMP-008).
    pub filter_ids: Vec<String>,
    /// HTTP status code: 2xx on success.
    pub status_code: i32,
    /// Reason phrase. Null if there is none.
    #[avro(default = null)]
    pub reason_phrase: Option<String>,
}
