//! Branches in the order of the source.

use std::collections::BTreeMap;

use bytes::Bytes;
use kaa_ism::avro::null_last;

use crate::sample::{Value, read, written};

#[test]
fn each_of_eight_branches_has_its_index_and_its_bytes() {
    let cases: [(Value, &[u8]); 8] = [
        (Value::Boolean(true), &[0, 1]),
        (Value::Int(-1), &[2, 1]),
        (Value::Long(64), &[4, 0x80, 1]),
        (Value::Float(1.0), &[6, 0, 0, 0x80, 0x3f]),
        (Value::Double(-2.0), &[8, 0, 0, 0, 0, 0, 0, 0, 0xc0]),
        (Value::String("é".to_owned()), &[10, 4, 0xc3, 0xa9]),
        (Value::Bytes(Bytes::from_static(&[0xff])), &[12, 2, 0xff]),
        (Value::Null, &[14]),
    ];
    for (value, bytes) in cases {
        assert_eq!(written(&value), bytes, "{value:?}");
        assert_eq!(read::<Value>(bytes).unwrap(), value);
    }
}

#[test]
fn a_branch_index_longer_than_needed_is_read() {
    assert_eq!(read::<Value>([0x8e, 0x00]).unwrap(), Value::Null);
}

#[test]
fn branches_beyond_the_last_and_negative_ones_are_refused() {
    for bytes in [[16, 0], [1, 0]] {
        assert_eq!(read::<Value>(bytes).unwrap_err().offset(), 0);
    }
    insta::assert_snapshot!(read::<Value>([16]).unwrap_err(), @" at byte 0: union branch 8, expected 0 to 7");
}

#[test]
fn floats_keep_every_bit() {
    for value in [f64::NAN, f64::NEG_INFINITY, -0.0, f64::MIN_POSITIVE / 2.0] {
        let Value::Double(read) = read(written(&Value::Double(value))).unwrap() else { panic!("{value}") };
        assert_eq!(read.to_bits(), value.to_bits());
    }
}

#[test]
fn a_map_of_unions_is_written_in_the_order_of_its_keys() {
    let map = BTreeMap::from([("b".to_owned(), Value::Null), ("a".to_owned(), Value::Int(1))]);
    assert_eq!(written(&map), [4, 2, b'a', 2, 2, 2, b'b', 14, 0]);
    assert_eq!(read::<BTreeMap<String, Value>>(written(&map)).unwrap(), map);
}

#[test]
fn null_is_branch_0_unless_it_is_the_last() {
    assert_eq!(written(&Some(7)), [2, 14]);
    assert_eq!(written(&None::<i32>), [0]);
    let mut out = Vec::new();
    null_last::write(&Some(7), &mut out);
    null_last::write(&None::<i32>, &mut out);
    assert_eq!(out, [0, 14, 2]);
}
