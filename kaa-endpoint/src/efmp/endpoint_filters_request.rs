//! In which filters is an endpoint?

use kaa_ism::Message;

use super::EndpointFiltersResponse;

/// Asks which filters an endpoint matches (20/EFMP, `0020-endpoint-filters-request.avsc`, EFMP-001 to EFMP-004).
///
/// - Subject: `kaa.v1.service.<repository instance>.efmp.ep-filters-request`.
/// - replyTo: required; `kaa.v1.replica.<client replica>.efmp.ep-filters-response`.
/// - Sent by a management client; answered by [`EndpointFiltersResponse`].
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.efmp.gen.v1")]
#[message(request = "efmp.ep-filters-request", response = EndpointFiltersResponse)]
#[non_exhaustive]
pub struct EndpointFiltersRequest {
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// The endpoint.
    pub endpoint_id: String,
}
