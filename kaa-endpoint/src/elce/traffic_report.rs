//! How much endpoints have sent and received.

use std::collections::BTreeMap;

use kaa_ism::{Datum, Message};

use super::before_2023_11::OldTrafficReportEvent;

/// Traffic of endpoints over a period (9/ELCE, `0009-ep-traffic-stats.avsc`, ELCE-015 to ELCE-018).
///
/// - Subject: `kaa.v1.events.<originator instance>.endpoint.traffic-reporting.payload`.
/// - Sent by a communication service, periodically. The common fields come last.
/// - Peers of before 2023-11-22 do not count messages; without endpoints the bytes are the same.
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(
    namespace = "org.kaaproject.ipc.event.gen.v1.endpoint.traffic.reporting",
    before(R2023_11 = OldTrafficReportEvent)
)]
#[message(event = "endpoint.traffic-reporting.payload")]
#[non_exhaustive]
pub struct TrafficReportEvent {
    /// Sums by tenant id, application name and endpoint id.
    pub tenant_traffic_stats: BTreeMap<String, BTreeMap<String, BTreeMap<String, TrafficStat>>>,
    /// Start of the period, in **nanoseconds** since the Unix epoch.
    pub time_from: i64,
    /// End of the period, in **nanoseconds** since the Unix epoch.
    pub time_to: i64,
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// Replica that published the event.
    pub originator_replica_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
}

/// The traffic of one endpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Datum)]
#[avro(namespace = "org.kaaproject.ipc.event.gen.v1.endpoint.traffic.reporting", name = "trafficStat")]
#[non_exhaustive]
pub struct TrafficStat {
    /// Bytes of payload that the platform received.
    #[avro(default = 0)]
    pub total_received_payload: i64,
    /// Bytes of payload that the platform sent.
    #[avro(default = 0)]
    pub total_sent_payload: i64,
    /// Messages that the platform received. 0 from peers that do not count them.
    #[avro(default = 0)]
    pub total_received_message_count: i64,
    /// Messages that the platform sent. 0 from peers that do not count them.
    #[avro(default = 0)]
    pub total_sent_message_count: i64,
}
