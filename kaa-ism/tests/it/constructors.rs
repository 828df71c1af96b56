//! `new`, `with_…` and the envelope.

use std::collections::BTreeMap;

use bytes::Bytes;
use kaa_ism::{Datum, Deadline, Event as _, InstanceName, Message, ReplicaId, Stamp, Timestamp};

use crate::sample::event;

/// A field of every kind.
#[derive(Clone, Debug, PartialEq, Message)]
#[message(event = "endpoint.demo.happened")]
struct Happened {
    correlation_id: String,
    timestamp: i64,
    #[avro(default = 0)]
    timeout: i64,
    name: String,
    #[avro(optional)]
    payload: Bytes,
    #[avro(default = "application/json")]
    content_type: String,
    count: i32,
    tags: Vec<String>,
    labels: BTreeMap<String, String>,
    #[avro(null = "last")]
    endpoint_id: Option<String>,
    limits: Option<Vec<i64>>,
    originator_replica_id: Option<String>,
}

#[test]
fn new_takes_what_has_no_default_in_the_order_of_the_fields() {
    let message = Happened::new("a name", 3, ["x", "y"], [("k", "v")]);
    let expected = Happened {
        correlation_id: String::new(),
        timestamp: 0,
        timeout: 0,
        name: "a name".to_owned(),
        payload: Bytes::new(),
        content_type: "application/json".to_owned(),
        count: 3,
        tags: vec!["x".to_owned(), "y".to_owned()],
        labels: BTreeMap::from([("k".to_owned(), "v".to_owned())]),
        endpoint_id: None,
        limits: None,
        originator_replica_id: None,
    };
    assert_eq!(message, expected);
}

#[test]
fn with_takes_the_value_inside_the_option() {
    let message = minimal().with_payload("{}").with_content_type("x").with_endpoint_id("ep").with_limits([1_i64, 2]);
    assert_eq!(message.payload, "{}");
    assert_eq!(message.content_type, "x");
    assert_eq!(message.endpoint_id.as_deref(), Some("ep"));
    assert_eq!(message.limits, Some(vec![1, 2]));
}

/// A record in messages: no field of it is one of the envelope.
#[derive(Debug, PartialEq, Datum)]
#[avro(new)]
struct Part {
    timestamp: i64,
    #[avro(default = -1)]
    level: i32,
    tags: Vec<String>,
    note: Option<String>,
}

#[test]
fn a_record_in_messages_has_constructors_if_it_wants_them() {
    let part = Part::new(7, [""; 0]);
    assert_eq!(part, Part { timestamp: 7, level: -1, tags: Vec::new(), note: None });
    assert_eq!(part.with_level(2).with_note("n"), Part::new(7, Vec::<String>::new()).with_note("n").with_level(2));
}

#[test]
fn stamps_fill_the_envelope_and_an_empty_one_keeps_the_correlation_id() {
    let replica = ReplicaId::parse("r1").unwrap();
    let stamp = Stamp::new("id", Timestamp(1000), Deadline::of(900, 300), &replica);
    let mut message = minimal();
    message.stamp(&stamp);
    assert_eq!(message.envelope().correlation_id, "id");
    assert_eq!((message.envelope().timestamp, message.envelope().timeout), (1000, 200));
    assert_eq!(message.originator_replica_id.as_deref(), Some("r1"));

    message.stamp(&Stamp::new("", Timestamp(2000), Deadline::NEVER, &replica));
    assert_eq!((message.envelope().correlation_id, message.envelope().timestamp), ("id", 2000));
    message.stamp(&Stamp::new("another", Timestamp(2000), Deadline::NEVER, &replica));
    assert_eq!(message.envelope().correlation_id, "another");
}

#[test]
fn a_message_without_a_field_of_the_envelope_is_not_stamped_with_it() {
    let mut event = event();
    let replica = ReplicaId::random();
    event.stamp(&Stamp::new("id", Timestamp(5), Deadline::NEVER, &replica)); // it has no originatorReplicaId
    assert_eq!((event.correlation_id.as_str(), event.timestamp, event.timeout), ("id", 5, 0));
}

#[test]
fn an_event_knows_its_subject() {
    let originator = InstanceName::parse("demo").unwrap();
    assert_eq!(minimal().subject(&originator).unwrap().to_string(), "kaa.v1.events.demo.endpoint.demo.happened");
}

fn minimal() -> Happened {
    Happened::new("n", 0, [""; 0], [("", ""); 0])
}
