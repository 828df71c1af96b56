use kaa_ism::{Acknowledgement as _, InstanceName, Message as _, OneWay as _, ReplicaId, Status, StatusCode, Subject};
use kaa_proves::proves;

use super::*;
use crate::testing::{hex, me, subject_of, travelled};

#[proves("DSTP-001", "DSTP-004")]
#[test]
fn samples_have_their_subject_and_need_no_content_type() {
    let event = DataSamplesEvent::new("v1", "ep-1", [r#"{"a":1}"#, "15"]);
    assert_eq!(subject_of(&event), "kaa.v1.events.peer.endpoint.data-collection.data-samples-received");
    assert_eq!(event.content_type, "application/json");
    assert_eq!(event.data_samples, [r#"{"a":1}"#, "15"]);
    assert_eq!(travelled(&event), event);
}

#[proves("DSTP-003", "DSTP-005")]
#[test]
fn the_endpoint_id_is_never_null() {
    let event = DataSamplesEvent::new("v1", "ep-1", ["15"]).with_content_type("x");
    assert_eq!(event.to_bytes(), hex("0000000476310865702d3102780204313500"));
}

#[proves("DSTP-003")]
#[test]
fn samples_are_borrowed_from_what_was_received() {
    let bytes = DataSamplesEvent::new("v1", "ep-1", ["1", "2"]).to_bytes();
    let event = DataSamplesEventRef::decode(&bytes).unwrap();
    assert_eq!((event.endpoint_id, event.content_type), ("ep-1", "application/json"));
    assert_eq!(event.data_samples, [b"1", b"2"]);
    assert!(bytes.as_ptr_range().contains(&event.data_samples[0].as_ptr()));
}

#[proves("DSTP-008", "DSTP-009")]
#[test]
fn a_receiver_answers_with_its_name_and_the_correlation_id() {
    let answer = DataSamplesProcessed::of("c1", &me(), &Status::unavailable("the disk is full"));
    assert_eq!((answer.correlation_id.as_str(), answer.receiver_service_instance_name.as_str()), ("c1", "peer"));
    let status = travelled(&answer).status();
    assert_eq!((status.code(), status.reason()), (StatusCode::SERVICE_UNAVAILABLE, "the disk is full"));

    let silent = DataSamplesProcessed::new("peer", 200);
    assert_eq!((silent.reason_phrase.as_deref(), silent.status().reason()), (None, "OK"));
}

// D-15
#[test]
fn our_reply_to_has_a_message_type_of_its_own() {
    let reply_to = Subject::replica(&ReplicaId::parse("r1").unwrap(), DataSamplesProcessed::KIND);
    assert_eq!(reply_to.as_str(), "kaa.v1.replica.r1.dstp.data-samples-processed");
}

fn names(names: &[&str]) -> Vec<InstanceName> {
    names.iter().map(|&name| InstanceName::parse(name).unwrap()).collect()
}

#[proves("DSTP-008")]
#[test]
fn a_receipt_has_each_receiver_that_was_counted_on_once() {
    let mut receipt = Receipt::expected(&names(&["a", "b", "c", "a"]));
    assert_eq!(receipt.silent, names(&["a", "b", "c"]));
    receipt.note("b", Status::ok());
    receipt.note("a", Status::unavailable("the disk is full"));
    receipt.note("a", Status::ok());
    receipt.note("stranger", Status::internal("x"));
    assert_eq!((&receipt.processed, &receipt.silent), (&names(&["b"]), &names(&["c"])));
    let [(name, status)] = receipt.failed.as_slice() else { panic!("{receipt:?}") };
    assert_eq!((name.as_str(), status.reason()), ("a", "the disk is full"));
}

// open 5
#[test]
fn a_device_is_told_whether_a_receiver_failed_or_was_silent_and_no_more_kaa_unverified() {
    let told = |receipt: Receipt| receipt.into_result().map_err(|status| status.to_string());
    let mut receipt = Receipt::expected(&names(&["a", "b"]));
    receipt.note("a", Status::ok());
    assert_eq!(told(receipt.clone()).unwrap_err(), "504 the data was not processed in time");
    let mut failed = receipt.clone();
    failed.note("b", Status::forbidden("b is at 10.0.0.1"));
    assert_eq!(told(failed).unwrap_err(), "502 the data could not be processed");
    receipt.note("b", Status::ok());
    assert!(told(receipt).is_ok());
}
