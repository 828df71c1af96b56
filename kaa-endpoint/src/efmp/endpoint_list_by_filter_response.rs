//! The endpoints of a filter.

use std::collections::BTreeMap;

use kaa_ism::Message;

use super::EndpointListByFilterRequest;

/// Lists the endpoints that match a filter (20/EFMP, `0020-endpoint-list-by-filter-response.avsc`, EFMP-013 to
/// EFMP-016).
///
/// - Subject: the replyTo of the request as it stands (D-22).
/// - Sent by the repository.
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.efmp.gen.v1")]
#[message(response = "efmp.ep-list-by-filter-response", request = EndpointListByFilterRequest, echo(filter_id))]
#[non_exhaustive]
pub struct EndpointListByFilterResponse {
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// Filter of the request.
    pub filter_id: String,
    /// Ids of the endpoints that match, by application version name. Empty if there are none (EFMP-016).
    pub app_versions_to_endpoints: BTreeMap<String, Vec<String>>,
    /// HTTP status code: 2xx on success.
    pub status_code: i32,
    /// Reason phrase. Null if there is none.
    #[avro(default = null)]
    pub reason_phrase: Option<String>,
}
