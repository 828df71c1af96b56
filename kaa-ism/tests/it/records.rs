//! Fields: order, names, appended tails.

use bytes::Bytes;
use kaa_ism::{Datum, Message, avro::DecodeErrorKind};

use crate::sample::{DataPoint, TimeSeriesEvent, event, read, written};

#[test]
fn nested_records_maps_and_unions_survive() {
    let event = event();
    assert_eq!(TimeSeriesEvent::decode(&event.to_bytes()).unwrap(), event);
}

#[test]
fn fields_are_written_in_the_order_of_the_source_and_without_names() {
    let mut event = TimeSeriesEvent::new(Vec::<DataPoint>::new());
    event.correlation_id = "c".to_owned();
    event.timestamp = -1;
    assert_eq!(event.to_bytes()[..], [2, b'c', 1, 0, 2, 0, 0]);
}

#[test]
fn a_buffer_can_be_used_again() {
    let event = event();
    let mut out = vec![0xee];
    event.encode(&mut out);
    let once = out.len();
    event.encode(&mut out);
    assert_eq!(out[0], 0xee);
    assert_eq!(out[1..once], event.to_bytes());
    assert_eq!(out[once..], event.to_bytes());
}

/// Two fields were added after publication, at the end.
#[derive(Clone, Debug, PartialEq, Datum)]
struct Grown {
    id: String,
    #[avro(default = 200, appended)]
    status_code: i32,
    #[avro(default = null, appended)]
    reason_phrase: Option<String>,
}

#[test]
fn bytes_that_end_before_the_first_appended_field_have_the_defaults_of_all() {
    let old = Grown { id: "a".to_owned(), status_code: 200, reason_phrase: None };
    assert_eq!(read::<Grown>([2, b'a']).unwrap(), old);
    assert_eq!(written(&old), [2, b'a', 0x90, 0x03, 0], "a writer writes every field");
}

#[test]
fn bytes_that_end_between_appended_fields_are_refused() {
    let error = read::<Grown>([2, b'a', 0x90, 0x03]).unwrap_err();
    assert_eq!((error.kind(), error.path().as_str()), (DecodeErrorKind::UnexpectedEnd, ".reasonPhrase"));
    let error = read::<Grown>([2, b'a', 0x90]).unwrap_err();
    assert_eq!((error.kind(), error.path().as_str()), (DecodeErrorKind::UnexpectedEnd, ".statusCode"));
}

#[test]
fn bytes_that_end_within_an_original_field_are_refused() {
    assert_eq!(read::<Grown>([4, b'a']).unwrap_err().path(), ".id");
}

/// Names on the wire are lower camel case, or what they are renamed to.
#[derive(Clone, Debug, PartialEq, Datum)]
struct Renamed {
    r#type: i32,
    e_tag: i32,
    #[avro(rename = "tenantID")]
    tenant_id: i32,
    a_b_c_2_d: i32,
}

#[test]
fn errors_call_fields_by_their_names_on_the_wire() {
    let paths: Vec<String> = (0..4).map(|fields| read::<Renamed>(vec![0; fields]).unwrap_err().path()).collect();
    assert_eq!(paths, [".type", ".eTag", ".tenantID", ".aBC2D"]);
}

#[test]
fn bytes_are_slices_of_the_input_also_deep_inside() {
    let bytes = event().to_bytes();
    let event = TimeSeriesEvent::decode(&bytes).unwrap();
    let crate::sample::Value::Bytes(raw) = &event.data_points[1].values["raw"] else { panic!() };
    assert!(bytes.as_ptr_range().contains(&raw.as_ptr()));
    assert_eq!(*raw, Bytes::from_static(b"\0\xff"));
}
