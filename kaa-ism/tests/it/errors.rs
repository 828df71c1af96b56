//! What an error says.

use bytes::Bytes;
use kaa_ism::{Message, avro::DecodeErrorKind};

use crate::sample::{TimeSeriesEvent, event};

fn refused(bytes: Vec<u8>) -> String {
    TimeSeriesEvent::decode(&Bytes::from(bytes)).unwrap_err().to_string()
}

/// correlationId "c", timestamp 1, timeout 0, seriesName null; then `rest`.
fn with_points(rest: &[u8]) -> Vec<u8> {
    [&[2, b'c', 2, 0, 2], rest].concat()
}

#[test]
fn the_end_of_input_says_what_was_expected() {
    insta::assert_snapshot!(refused(vec![]), @"TimeSeriesEvent.correlationId at byte 0: the input ends, expected a number");
    insta::assert_snapshot!(refused(vec![6, b'a', b'b']), @"TimeSeriesEvent.correlationId at byte 1: the input ends, expected 3 bytes of text, 2 are left");
    insta::assert_snapshot!(refused(vec![2, b'c', 0x80]), @"TimeSeriesEvent.timestamp at byte 2: the input ends, expected a number");
    insta::assert_snapshot!(refused(with_points(&[2, 2, 2, 2, b'x', 8, 0, 0])), @r#"TimeSeriesEvent.dataPoints[0].values["x"] at byte 11: the input ends, expected 8 bytes of a number, 2 are left"#);
    insta::assert_snapshot!(refused(with_points(&[2, 2, 2, 2, b'x', 0])), @r#"TimeSeriesEvent.dataPoints[0].values["x"] at byte 11: the input ends, expected a boolean"#);
}

#[test]
fn a_path_has_indices_and_keys() {
    let mut points = vec![8]; // four points, the last of them with an unknown branch
    for _ in 0..3 {
        points.extend([2, 2, 2, b'x', 14, 0]);
    }
    points.extend([2, 4, 2, b'a', 14, 6, b'r', b'p', b'm', 20, 0, 0, 0]);
    insta::assert_snapshot!(refused(with_points(&points)), @r#"TimeSeriesEvent.dataPoints[3].values["rpm"] at byte 33: union branch 10, expected 0 to 7"#);
}

#[test]
fn a_broken_key_is_called_by_its_index() {
    insta::assert_snapshot!(refused(with_points(&[2, 2, 4, 2, b'a', 14, 2, 0xff, 14, 0])), @"TimeSeriesEvent.dataPoints[0].values[1] at byte 12: text is not UTF-8");
}

#[test]
fn a_long_key_is_cut_and_an_odd_one_escaped() {
    let mut bytes = with_points(&[2, 2, 2, 0x90, 0x03]);
    bytes.extend(b"\"\n".iter().chain(&[b'k'; 198]));
    bytes.extend([18, 0, 0]);
    insta::assert_snapshot!(refused(bytes), @r#"TimeSeriesEvent.dataPoints[0].values["\"\nkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk"] at byte 210: union branch 9, expected 0 to 7"#);
}

#[test]
fn numbers_out_of_range_are_shown() {
    insta::assert_snapshot!(refused(vec![1]), @"TimeSeriesEvent.correlationId at byte 1: a length of -1, expected 0 or more bytes of text");
    insta::assert_snapshot!(refused(with_points(&[2, 2, 2, 2, b'x', 2, 0x80, 0x80, 0x80, 0x80, 0x10, 0])), @r#"TimeSeriesEvent.dataPoints[0].values["x"] at byte 11: 2147483648 does not fit an int of 32 bits"#);
    insta::assert_snapshot!(refused(with_points(&[2, 2, 2, 2, b'x', 0, 7, 0, 0])), @r#"TimeSeriesEvent.dataPoints[0].values["x"] at byte 11: 0x07 is no boolean, expected 0 or 1"#);
    insta::assert_snapshot!(refused([&[2, b'c'][..], &[0xff; 10]].concat()), @"TimeSeriesEvent.timestamp at byte 2: a number does not fit 64 bits");
}

#[test]
fn text_that_is_not_utf_8_is_refused_at_the_byte() {
    insta::assert_snapshot!(refused(vec![6, b'a', 0xc3, b'b', 0, 0]), @"TimeSeriesEvent.correlationId at byte 2: text is not UTF-8");
}

#[test]
fn counts_beyond_the_input_are_refused_before_memory_is_taken() {
    insta::assert_snapshot!(refused(with_points(&[0x80, 0x80, 0x80, 0x80, 0x80, 0x20])), @"TimeSeriesEvent.dataPoints at byte 5: 549755813888 items, but only 0 bytes are left");
}

#[test]
fn left_over_bytes_are_refused_by_decode_and_counted_by_decode_prefix() {
    let bytes: Bytes = [&event().to_bytes()[..], &[1, 2, 3]].concat().into();
    let error = TimeSeriesEvent::decode(&bytes).unwrap_err();
    assert_eq!(error.kind(), DecodeErrorKind::LeftOver);
    insta::assert_snapshot!(error, @"TimeSeriesEvent at byte 57: 3 bytes are left over behind the message");
    assert_eq!(TimeSeriesEvent::decode_prefix(&bytes).unwrap(), (event(), 3));
}

#[test]
fn every_cut_of_a_message_is_refused_at_a_field_within_it() {
    let bytes = event().to_bytes();
    for cut in 0..bytes.len() {
        let error = TimeSeriesEvent::decode(&bytes.slice(..cut)).unwrap_err();
        assert!(error.offset() <= cut, "{error}");
        assert!(error.path().starts_with("TimeSeriesEvent."), "{error}");
    }
}

#[test]
fn debug_is_the_text_too() {
    let error = TimeSeriesEvent::decode(&Bytes::new()).unwrap_err();
    assert_eq!(format!("{error:?}"), format!("DecodeError({error})"));
}
