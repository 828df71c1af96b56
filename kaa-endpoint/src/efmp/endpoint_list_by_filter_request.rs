//! Which endpoints are in a filter?

use kaa_ism::Message;

use super::EndpointListByFilterResponse;

/// Asks which endpoints match a filter (20/EFMP, `0020-endpoint-list-by-filter-request.avsc`, EFMP-009 to EFMP-012).
///
/// - Subject: `kaa.v1.service.<repository instance>.efmp.ep-list-by-filter-request`.
/// - replyTo: required; `kaa.v1.replica.<client replica>.efmp.ep-list-by-filter-response`.
/// - Sent by a management client; answered by [`EndpointListByFilterResponse`].
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.efmp.gen.v1")]
#[message(request = "efmp.ep-list-by-filter-request", response = EndpointListByFilterResponse)]
#[non_exhaustive]
pub struct EndpointListByFilterRequest {
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// Id of the filter.
    pub filter_id: String,
}
