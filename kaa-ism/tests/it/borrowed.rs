//! Twins that borrow.

use std::collections::BTreeMap;

use bytes::Bytes;
use kaa_ism::{
    Borrowed as _, Datum, Message, WireRevision,
    avro::{self, DecodeErrorKind, Names, Twin},
};

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
    input: i64,
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
    assert_eq!(avro::to_bytes(&twin), bytes);
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
        let seen = Seen { timestamp: 7, timeout: 9, input: 11, endpoint_id: endpoint.map(str::to_owned) };
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
        <Self as avro::Datum>::schema(&mut Names::new()).to_string()
    }
}

#[test]
fn of_equal_keys_the_last_counts_in_both() {
    let twice = [4, 2, b'a', 0, 2, 2, b'a', 0, 4, 0];
    let map: BTreeMap<String, Value> = read(twice).unwrap();
    assert_eq!(map["a"], Value::Number(2));
    let bytes = Bytes::from([&[2][..], &twice].concat());
    let (point, _) = avro::decode_prefix::<PointRef<'_>>("Point", &bytes).unwrap();
    assert_eq!((point.time, point.values.len(), point.values.get("a")), (1, 2, Some(&ValueRef::Number(2))));
    assert_eq!(written(&point), bytes);
}

/// Nothing in it borrows.
#[derive(Clone, Debug, PartialEq, Datum)]
#[avro(borrowed)]
struct Place {
    height: i32,
    is_inside: Option<bool>,
    corners: Vec<f32>,
}

/// Nothing in it borrows either.
#[derive(Clone, Debug, PartialEq, Datum)]
#[avro(borrowed)]
enum Level {
    Measured(f64),
    Null,
}

/// Only numbers.
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "example", borrowed)]
#[message(event = "endpoint.warmth.measured")]
struct Measured {
    timestamp: i64,
    degrees: f64,
}

/// Only types of its own.
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "example", borrowed)]
#[message(event = "endpoint.place.seen")]
struct Placed {
    place: Place,
    level: Level,
    others: Vec<Placement>,
}

/// With some of itself, and a text by another name.
#[derive(Clone, Debug, PartialEq, Datum)]
#[avro(borrowed)]
struct Placement {
    place: Option<Place>,
    levels: BTreeMap<String, Level>,
    within: Vec<Placement>,
    #[avro(default = "none", appended)]
    name: Text,
}

type Text = String;

/// A record that holds nothing.
#[derive(Clone, Debug, PartialEq, Datum)]
#[avro(borrowed)]
struct Nothing {}

fn placed() -> Placed {
    let place = Place { height: 3, is_inside: None, corners: vec![1.5, 2.5] };
    let levels: BTreeMap<_, _> = [("a".to_owned(), Level::Measured(0.5)), ("b".to_owned(), Level::Null)].into();
    let inner = Placement { place: None, levels: levels.clone(), within: Vec::new(), name: "inner".into() };
    let outer = Placement { place: Some(place.clone()), levels, within: vec![inner], name: "outer".into() };
    Placed { place, level: Level::Measured(7.0), others: vec![outer] }
}

#[test]
fn what_has_nothing_to_borrow_is_its_own_twin() {
    let measured = Measured { timestamp: 7, degrees: 21.5 };
    let twin: MeasuredRef<'_> = MeasuredRef::decode(&measured.to_bytes()).unwrap();
    assert_eq!(twin, measured);
    let looked = Measured::look(&measured.to_bytes(), WireRevision::default(), |twin: MeasuredRef<'_>, left| {
        (Measured::envelope_of(&twin).timestamp, Measured::lane_of(&twin).is_some(), twin.degrees, left)
    });
    assert_eq!(looked.unwrap(), (7, false, 21.5, 0));
    assert_eq!(LevelRef::Null, Level::Null);
    let nothing: NothingRef<'_> = read([]).unwrap();
    assert_eq!(nothing, Nothing {});
}

#[test]
fn a_twin_is_found_in_another_whatever_it_borrows() {
    let (placed, bytes) = (placed(), placed().to_bytes());
    let twin = PlacedRef::decode(&bytes).unwrap();
    let outer = &twin.others[0];
    assert_eq!((&twin.place, &twin.level, &outer.place), (&placed.place, &placed.level, &placed.others[0].place));
    assert_eq!(outer.levels.get("a"), Some(&Level::Measured(0.5)));
    let inner: &PlacementRef<'_> = &outer.within[0];
    assert_eq!((outer.name, inner.name), ("outer", "inner"));
    assert!(bytes.as_ptr_range().contains(&inner.name.as_ptr()));
    assert_eq!(avro::to_bytes(&twin), bytes);
    let schema = <PlacedRef<'_> as avro::Datum>::schema(&mut Names::new()).to_string();
    assert_eq!(schema, Placed::avro_schema().to_string());
}

#[test]
fn what_was_appended_by_another_name_has_its_default_in_both() {
    let start = Bytes::from_static(&[0, 0, 0]);
    let (owner, _) = avro::decode_prefix::<Placement>("Placement", &start).unwrap();
    let (twin, _) = avro::decode_prefix::<PlacementRef<'_>>("Placement", &start).unwrap();
    assert_eq!((owner.name.as_str(), twin.name), ("none", "none"));
}

/// With a last field that only the compiler knows.
#[derive(Clone, Debug, PartialEq, Datum)]
#[avro(borrowed)]
struct Reading {
    r#type: String,
    value: Value,
}

#[test]
fn a_twin_is_cloned_compared_and_shown_like_its_owner() {
    let reading = |name: &str, value| Reading { r#type: name.to_owned(), value };
    let text = |text: &str| Value::Text(text.to_owned());
    let readings = vec![
        reading("a", Value::Number(7)),
        reading("a", Value::Number(8)),
        reading("a", text("x")),
        reading("a", text("y")),
        reading("a", Value::Null),
        reading("b", Value::Null),
    ];
    let bytes = Bytes::from(written(&readings));
    let twins = twin::<Vec<Reading>>(&bytes);
    for (reading, twin) in readings.iter().zip(&twins) {
        assert_eq!(format!("{twin:?}"), format!("{reading:?}").replace("Reading", "ReadingRef"));
        assert_eq!(format!("{twin:#?}"), format!("{reading:#?}").replace("Reading", "ReadingRef"));
        for (other_reading, other_twin) in readings.iter().zip(&twins) {
            assert_eq!(twin.clone() == *other_twin, reading == other_reading, "{twin:?} {other_twin:?}");
        }
    }
    assert_eq!(written(&twins), bytes);
}

/// A twin by its owner.
fn twin<'a, T: Twin>(bytes: &'a Bytes) -> T::Ref<'a> {
    avro::decode("Twin", bytes).unwrap()
}

#[test]
fn built_in_types_have_twins_of_the_same_bytes() {
    let bytes = Bytes::from(written(&vec![Some("x".to_owned()), None]));
    assert_eq!(twin::<Vec<Option<String>>>(&bytes), [Some("x"), None]);
    let bytes = Bytes::from(written(&BTreeMap::from([("k".to_owned(), Bytes::from_static(b"v"))])));
    assert_eq!(twin::<BTreeMap<String, Bytes>>(&bytes).get("k"), Some(&&b"v"[..]));
}
