//! 9/ELCE as it was before 2023-11-22: traffic without the numbers of messages.

use std::collections::BTreeMap;

use kaa_ism::Datum;

use super::{TrafficReportEvent, TrafficStat};

/// What [`TrafficReportEvent`] was.
#[derive(Datum)]
#[avro(namespace = "org.kaaproject.ipc.event.gen.v1.endpoint.traffic.reporting", name = "TrafficReportEvent")]
pub(crate) struct OldTrafficReportEvent {
    tenant_traffic_stats: ByTenant<OldTrafficStat>,
    time_from: i64,
    time_to: i64,
    correlation_id: String,
    originator_replica_id: String,
    timestamp: i64,
    timeout: i64,
}

/// What [`TrafficStat`] was.
#[derive(Datum)]
#[avro(namespace = "org.kaaproject.ipc.event.gen.v1.endpoint.traffic.reporting", name = "trafficStat")]
struct OldTrafficStat {
    total_received_payload: i64,
    total_sent_payload: i64,
}

/// By tenant id, application name and endpoint id.
type ByTenant<T> = BTreeMap<String, BTreeMap<String, BTreeMap<String, T>>>;

impl From<OldTrafficReportEvent> for TrafficReportEvent {
    fn from(old: OldTrafficReportEvent) -> Self {
        Self {
            tenant_traffic_stats: map(&old.tenant_traffic_stats, |stat| TrafficStat {
                total_received_payload: stat.total_received_payload,
                total_sent_payload: stat.total_sent_payload,
                ..TrafficStat::default()
            }),
            time_from: old.time_from,
            time_to: old.time_to,
            correlation_id: old.correlation_id,
            originator_replica_id: old.originator_replica_id,
            timestamp: old.timestamp,
            timeout: old.timeout,
        }
    }
}

impl From<&TrafficReportEvent> for OldTrafficReportEvent {
    fn from(event: &TrafficReportEvent) -> Self {
        Self {
            tenant_traffic_stats: map(&event.tenant_traffic_stats, |stat| OldTrafficStat {
                total_received_payload: stat.total_received_payload,
                total_sent_payload: stat.total_sent_payload,
            }),
            time_from: event.time_from,
            time_to: event.time_to,
            correlation_id: event.correlation_id.clone(),
            originator_replica_id: event.originator_replica_id.clone(),
            timestamp: event.timestamp,
            timeout: event.timeout,
        }
    }
}

fn map<T, U>(stats: &ByTenant<T>, each: impl Fn(&T) -> U) -> ByTenant<U> {
    let by_endpoint = |stats: &BTreeMap<String, T>| stats.iter().map(|(id, stat)| (id.clone(), each(stat))).collect();
    let by_app = |apps: &BTreeMap<String, BTreeMap<String, T>>| {
        apps.iter().map(|(app, stats)| (app.clone(), by_endpoint(stats))).collect()
    };
    stats.iter().map(|(tenant, apps)| (tenant.clone(), by_app(apps))).collect()
}
