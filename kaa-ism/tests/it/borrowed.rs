//! Twins that borrow.

use std::collections::BTreeMap;

use bytes::Bytes;
use kaa_ism::{Borrowed as _, Datum, Message, WireRevision, avro::DecodeErrorKind};

use crate::sample::{read, written};

/// One of several types.
#[derive(Clone, Debug, PartialEq, Datum)]
#[avro(borrowed)]
enum Value {
    Number(i64),
    Text(String),
    Null,
}

/// Values by name.
#[derive(Clone, Debug, PartialEq, Datum)]
#[avro(borrowed)]
struct Point {
    time: i64,
    values: BTreeMap<String, Value>,
}

/// Points.
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "example", borrowed)]
#[message(event = "endpoint.points.received")]
struct Points {
    correlation_id: String,
    #[avro(null = "last")]
    content_type: Option<String>,
    points: Vec<Point>,
    raw: Bytes,
    #[avro(default = "none", appended)]
    unit: String,
}

/// About an endpoint, perhaps.
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "example", borrowed)]
#[message(event = "endpoint.points.seen")]
struct Seen {
    timestamp: i64,
    timeout: i64,
    endpoint_id: Option<String>,
}

fn points() -> Points {
    let values = [("a", Value::Number(7)), ("b", Value::Text("x".into())), ("c", Value::Null)];
    let point = Point { time: 1, values: values.map(|(key, value)| (key.to_owned(), value)).into() };
    let mut points = Points::new([point], "raw").with_content_type("text/plain").with_unit("m");
    points.correlation_id = "c1".into();
    points
}

#[test]
fn a_twin_reads_the_same_bytes_and_writes_them() {
    let bytes = points().to_bytes();
    let twin = PointsRef::decode(&bytes).unwrap();
    assert_eq!((twin.correlation_id, twin.content_type, twin.unit), ("c1", Some("text/plain"), "m"));
    assert_eq!(twin.raw, b"raw");
    let values = &twin.points[0].values;
    assert_eq!(values.iter().map(|(key, _)| key).collect::<Vec<_>>(), ["a", "b", "c"]);
    assert_eq!(values.get("a"), Some(&ValueRef::Number(7)));
    assert_eq!(values.get("b"), Some(&ValueRef::Text("x")));
    assert_eq!((values.get("c"), values.get("d")), (Some(&ValueRef::Null), None));
    assert_eq!((values.len(), values.is_empty()), (3, false));
    assert_eq!(kaa_ism::avro::to_bytes(&twin), bytes);
    let borrowed = bytes.as_ptr_range();
    assert!(borrowed.contains(&twin.correlation_id.as_ptr()) && borrowed.contains(&twin.raw.as_ptr()));
}

#[test]
fn a_twin_has_the_same_schema_defaults_and_errors() {
    let schema = PointsRef::schema_text();
    assert_eq!(schema, Points::avro_schema().to_string());
    let bytes = points().to_bytes();
    let without_tail = bytes.slice(..bytes.len() - 2);
    assert_eq!(PointsRef::decode(&without_tail).unwrap().unit, "none");
    assert_eq!(PointsRef::decode_prefix(&bytes).unwrap().1, 0);
    for len in (0..bytes.len()).filter(|len| *len != without_tail.len()) {
        let cut = bytes.slice(..len);
        assert_eq!(PointsRef::decode(&cut).unwrap_err().to_string(), Points::decode(&cut).unwrap_err().to_string());
    }
    let longer = Bytes::from([bytes.as_ref(), b"x"].concat());
    assert_eq!(PointsRef::decode(&longer).unwrap_err().kind(), DecodeErrorKind::LeftOver);
}

#[test]
fn a_message_is_looked_at_where_it_lies_with_its_envelope_and_lane() {
    let bytes = points().to_bytes();
    let longer = Bytes::from([bytes.as_ref(), b"xy"].concat());
    let seen = Points::look(&longer, WireRevision::default(), |points, left| {
        assert!(longer.as_ptr_range().contains(&points.raw.as_ptr()));
        (Points::envelope_of(&points).correlation_id.to_owned(), Points::lane_of(&points).is_some(), left)
    });
    assert_eq!(seen.unwrap(), ("c1".to_owned(), false, 2));
    assert!(Points::look(&bytes.slice(..3), WireRevision::default(), |_, _| ()).is_err());
    for endpoint in [Some("ep-1"), None] {
        let seen = Seen { timestamp: 7, timeout: 9, endpoint_id: endpoint.map(str::to_owned) };
        let looked = Seen::look(&seen.to_bytes(), WireRevision::default(), |seen, _| {
            assert_eq!(Seen::lane_of(&seen), endpoint);
            let envelope = Seen::envelope_of(&seen);
            (envelope.correlation_id.to_owned(), envelope.timestamp, envelope.timeout)
        });
        assert_eq!(looked.unwrap(), (String::new(), 7, 9));
    }
}

impl PointsRef<'_> {
    fn schema_text() -> String {
        <Self as kaa_ism::avro::Datum>::schema(&mut kaa_ism::avro::Names::new()).to_string()
    }
}

#[test]
fn of_equal_keys_the_last_counts_in_both() {
    let twice = [4, 2, b'a', 0, 2, 2, b'a', 0, 4, 0];
    let map: BTreeMap<String, Value> = read(twice).unwrap();
    assert_eq!(map["a"], Value::Number(2));
    let bytes = Bytes::from([&[2][..], &twice].concat());
    let (point, _) = kaa_ism::avro::decode_prefix::<PointRef<'_>>("Point", &bytes).unwrap();
    assert_eq!((point.time, point.values.len(), point.values.get("a")), (1, 2, Some(&ValueRef::Number(2))));
    assert_eq!(written(&point), bytes);
}
