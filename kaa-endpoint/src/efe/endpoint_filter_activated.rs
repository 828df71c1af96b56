//! A filter is active.

use kaa_ism::Message;

/// An endpoint filter has become active (18/EFE, `0018-epf-activated.avsc`, EFE-001, EFE-002, EFE-003 to EFE-005).
///
/// - Subject: `kaa.v1.events.<originator instance>.endpoint-filter.<filter id>.activated`.
/// - Sent by the owner of the filters when a pending filter becomes active; not when an active one is activated again
///   (EFE-004). The timestamp comes first, not the correlation id.
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.event.gen.v1.endpoint.filter")]
#[message(event = "endpoint-filter.{filter_id}.activated")]
#[non_exhaustive]
pub struct EndpointFilterActivatedEvent {
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// Replica that published the event.
    pub originator_replica_id: String,
    /// Id of the filter; a token of the subject (EFE-002).
    pub filter_id: String,
    /// Application of the filter.
    pub application_name: String,
    /// Name of the filter, unique within the application. Null if it has none; always written.
    pub filter_name: Option<String>,
}
