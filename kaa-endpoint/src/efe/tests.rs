use kaa_ism::{Event as _, Message as _};
use kaa_proves::proves;

use super::*;
use crate::testing::{hex, peer, subject_of, travelled};

#[proves("EFE-001", "EFE-002", "EFE-003", "EFE-006", "EFE-009", "EFE-012", "EFE-015")]
#[test]
fn the_filter_is_a_token_of_the_subject() {
    let subjects = [
        subject_of(&EndpointFilterActivatedEvent::new("f-1", "kettle")),
        subject_of(&EndpointFilterPendingEvent::new("f-1", "kettle")),
        subject_of(&EndpointFilterDeletedEvent::new("f-1", "kettle")),
        subject_of(&EndpointMatchedFilterEvent::new("f-1", "kettle", "kettle-v2", "ep-1")),
        subject_of(&EndpointUnmatchedFilterEvent::new("f-1", "kettle", "kettle-v2", "ep-1")),
    ];
    let expected = ["activated", "pending", "deleted", "ep-matched", "ep-unmatched"];
    assert_eq!(subjects, expected.map(|event_type| format!("kaa.v1.events.peer.endpoint-filter.f-1.{event_type}")));
    assert_eq!(EndpointMatchedFilterEvent::KIND.as_str(), "endpoint-filter.*.ep-matched");
}

#[proves("EFE-002")]
#[test]
fn a_filter_id_that_is_no_token_moves_no_event() {
    for bad in ["", "a.b", "a b", "*", ">"] {
        assert!(EndpointFilterDeletedEvent::new(bad, "kettle").subject(&peer()).is_err(), "{bad:?}");
    }
}

#[proves("EFE-005", "EFE-008", "EFE-011")]
#[test]
fn the_timestamp_comes_first_and_the_name_is_always_written() {
    let mut event = EndpointFilterActivatedEvent::new("f", "a");
    (event.timestamp, event.timeout, event.correlation_id) = (1, 2, "c".to_owned());
    event.originator_replica_id = "r".to_owned();
    assert_eq!(event.to_bytes(), hex("0204026302720266026100"));
    assert_eq!(travelled(&event.clone().with_filter_name("n")).filter_name.as_deref(), Some("n"));
    let pending = EndpointFilterPendingEvent::new("f", "a").with_filter_name("n");
    let deleted = EndpointFilterDeletedEvent::new("f", "a").with_filter_name("n");
    assert_eq!(pending.to_bytes(), hex("000000000266026102026e"));
    assert_eq!(deleted.to_bytes(), pending.to_bytes());
}

#[proves("EFE-014", "EFE-017")]
#[test]
fn the_name_stands_between_application_version_and_endpoint() {
    let matched = EndpointMatchedFilterEvent::new("f", "a", "v", "e").with_filter_name("n");
    assert_eq!(matched.to_bytes(), hex("0000000002660261027602026e0265"));
    let unmatched = EndpointUnmatchedFilterEvent::new("f", "a", "v", "e").with_filter_name("n");
    assert_eq!(unmatched.to_bytes(), matched.to_bytes());
}
