//! How is an endpoint related to others?

use kaa_ism::Message;

use super::EndpointRelationsGetResponse;

/// Asks which endpoints have a relation to an endpoint (24/EPRMP, `0024-endpoint-relations-get-request.avsc`, EPRMP-001
/// to EPRMP-004).
///
/// - Subject: `kaa.v1.service.<repository instance>.eprmp.ep-relations-get-request`.
/// - replyTo: required; `kaa.v1.replica.<client replica>.eprmp.ep-relations-get-response`.
/// - Sent by a management client; answered by [`EndpointRelationsGetResponse`].
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.eprmp.gen.v1")]
#[message(request = "eprmp.ep-relations-get-request", response = EndpointRelationsGetResponse)]
#[non_exhaustive]
pub struct EndpointRelationsGetRequest {
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// The endpoint.
    pub endpoint_id: String,
    /// Type and direction of the relation: `contains` for outbound, `!contains` for inbound (EPRMP-008).
    pub relation: String,
}

/// Which way a relation is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a relation has two ends")]
pub enum RelationDirection {
    /// From the endpoint: those that it contains, for example.
    Outbound,
    /// To the endpoint: those that contain it, for example.
    Inbound,
}

impl EndpointRelationsGetRequest {
    /// The type of the relation, without its direction (EPRMP-008).
    #[must_use]
    pub fn relation_type(&self) -> &str {
        self.relation.strip_prefix('!').unwrap_or(&self.relation)
    }

    /// Its direction: inbound if `relation` starts with an exclamation mark (EPRMP-008).
    #[must_use]
    pub fn direction(&self) -> RelationDirection {
        if self.relation.starts_with('!') { RelationDirection::Inbound } else { RelationDirection::Outbound }
    }
}
