use std::collections::BTreeMap;

use kaa_ism::{Message as _, WireRevision};
use kaa_proves::proves;

use super::*;
use crate::testing::{hex, subject_of};

/// A report of before 2023-11-22, and the same one with the numbers of messages.
const OLD: &str = "022874656e616e745472616666696353746174732d31022c74656e616e7454726166666963537461747323302d3102307465\
    6e616e74547261666669635374617473233023302d31804080080000008080d0e2c6bfce972f80e08ae785c3ce972f483366\
    3063316339652d356135322d346333622d396135332d30643166346536663761313014636d782d366439662d30f6a1abfef9\
    62e0d403";
const NEW: &str = "022874656e616e745472616666696353746174732d31022c74656e616e7454726166666963537461747323302d3102307465\
    6e616e74547261666669635374617473233023302d318040800818060000008080d0e2c6bfce972f80e08ae785c3ce972f48\
    33663063316339652d356135322d346333622d396135332d30643166346536663761313014636d782d366439662d30f6a1ab\
    fef962e0d403";

#[proves("ELCE-001", "ELCE-002", "ELCE-005", "ELCE-009", "ELCE-011", "ELCE-013", "ELCE-015")]
#[test]
fn events_have_their_subjects() {
    let endpoints = [("ep-1", "v1")];
    let subjects = [
        subject_of(&ConnectedEvent::new(endpoints)),
        subject_of(&DisconnectedEvent::new(endpoints)),
        subject_of(&RegisteredEvent::new("v1", "ep-1")),
        subject_of(&AppVersionUpdatedEvent::new("v2", "v1", "ep-1")),
        subject_of(&UnregisteredEvent::new("v1", "ep-1")),
        subject_of(&TrafficReportEvent::new(BTreeMap::<String, BTreeMap<_, _>>::new(), 0, 1)),
    ];
    let expected = [
        "connectivity.connected",
        "connectivity.disconnected",
        "lifecycle.registered",
        "lifecycle.appversion-updated",
        "lifecycle.unregistered",
        "traffic-reporting.payload",
    ];
    assert_eq!(subjects, expected.map(|kind| format!("kaa.v1.events.peer.endpoint.{kind}")));
}

#[proves("ELCE-017")]
#[test]
fn peers_of_before_2023_11_22_do_not_count_messages() {
    let (old, new) = (hex(OLD), hex(NEW));
    let report = TrafficReportEvent::decode(&new).unwrap();
    let stat =
        report.tenant_traffic_stats["tenantTrafficStats-1"]["tenantTrafficStats#0-1"]["tenantTrafficStats#0#0-1"];
    assert_eq!((stat.total_received_message_count, stat.total_sent_message_count), (12, 3));
    let (from_old, left) = TrafficReportEvent::decode_revision(&old, WireRevision::R2020_07).unwrap();
    let expected = TrafficStat { total_received_message_count: 0, total_sent_message_count: 0, ..stat };
    assert_eq!(
        from_old.tenant_traffic_stats["tenantTrafficStats-1"]["tenantTrafficStats#0-1"]["tenantTrafficStats#0#0-1"],
        expected
    );
    assert_eq!(
        TrafficReportEvent { tenant_traffic_stats: report.tenant_traffic_stats.clone(), ..from_old.clone() },
        report
    );
    assert_eq!(left, 0);
    for revision in [WireRevision::R2020_07, WireRevision::R2023_04] {
        assert_eq!(report.to_bytes_revision(revision), old, "{revision:?}");
        assert_eq!(TrafficReportEvent::decode_revision(&old, revision).unwrap().0, from_old, "{revision:?}");
    }
    for revision in [WireRevision::R2023_11, WireRevision::default()] {
        assert_eq!(report.to_bytes_revision(revision), new, "{revision:?}");
        assert_eq!(TrafficReportEvent::decode_revision(&new, revision).unwrap(), (report.clone(), 0), "{revision:?}");
        assert!(TrafficReportEvent::decode_revision(&old, revision).is_err(), "{revision:?}");
    }
}
