//! Arrays and maps in the forms that other writers choose.

use std::collections::BTreeMap;

use kaa_ism::avro::{Datum, DecodeErrorKind};

use crate::sample::{read, written};

fn longs(bytes: &[u8]) -> Result<Vec<i64>, DecodeErrorKind> {
    read(bytes).map_err(|error| error.kind())
}

#[test]
fn an_array_in_several_blocks_is_one_array() {
    assert_eq!(longs(&[0]), Ok(vec![]));
    assert_eq!(longs(&[4, 2, 4, 0]), Ok(vec![1, 2]));
    assert_eq!(longs(&[2, 2, 2, 4, 0]), Ok(vec![1, 2]));
    assert_eq!(written(&vec![1_i64, 2]), [4, 2, 4, 0], "we write one block");
    assert_eq!(written(&Vec::<i64>::new()), [0]);
}

#[test]
fn a_negative_count_is_followed_by_the_size_of_the_block() {
    assert_eq!(longs(&[3, 4, 2, 4, 0]), Ok(vec![1, 2]));
    assert_eq!(longs(&[1, 2, 2, 2, 4, 0]), Ok(vec![1, 2]), "both forms in one array");
    assert_eq!(longs(&[1, 4, 0x82, 0x00, 0]), Ok(vec![1]), "a number longer than needed");
}

#[test]
fn a_wrong_block_size_is_refused() {
    assert_eq!(longs(&[3, 2, 2, 4, 0]), Err(DecodeErrorKind::InvalidLength));
    assert_eq!(longs(&[3, 6, 2, 4, 0]), Err(DecodeErrorKind::InvalidLength));
    assert_eq!(longs(&[3, 1, 2, 4, 0]), Err(DecodeErrorKind::InvalidLength));
}

#[test]
fn the_smallest_count_is_refused() {
    let min = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 0x02, 0x00];
    assert_eq!(longs(&min), Err(DecodeErrorKind::InvalidLength));
}

#[test]
fn blocks_without_an_end_are_refused() {
    assert_eq!(longs(&[]), Err(DecodeErrorKind::UnexpectedEnd));
    assert_eq!(longs(&[2, 2]), Err(DecodeErrorKind::UnexpectedEnd));
    assert_eq!(longs(&[3, 4, 2, 4]), Err(DecodeErrorKind::UnexpectedEnd));
}

#[test]
fn a_count_is_checked_against_the_least_size_of_an_item() {
    // 3 doubles need 24 bytes
    assert_eq!(
        read::<Vec<f64>>([[6].as_slice(), &[0; 23]].concat()).unwrap_err().kind(),
        DecodeErrorKind::TooManyItems
    );
    assert_eq!(<BTreeMap<String, f64>>::MIN_LEN, 1);
    let entry = [2, 2, b'a', 0, 0, 0, 0, 0, 0, 0];
    assert_eq!(read::<BTreeMap<String, f64>>(entry).unwrap_err().kind(), DecodeErrorKind::UnexpectedEnd);
}

/// Nobody says which of two equal keys counts (discrepancy D-39).
#[test]
fn of_two_equal_keys_the_last_wins() {
    let map: BTreeMap<String, i64> = read([4, 2, b'a', 2, 2, b'a', 4, 0]).unwrap();
    assert_eq!(map, BTreeMap::from([("a".to_owned(), 2)]));
}

#[test]
fn maps_have_the_same_blocks_as_arrays() {
    let expected = BTreeMap::from([("a".to_owned(), 1_i64), ("b".to_owned(), 2)]);
    for bytes in [
        &[4, 2, b'a', 2, 2, b'b', 4, 0][..],
        &[2, 2, b'b', 4, 2, 2, b'a', 2, 0],
        &[3, 12, 2, b'a', 2, 2, b'b', 4, 0],
        &[1, 6, 2, b'a', 2, 1, 6, 2, b'b', 4, 0],
    ] {
        assert_eq!(read::<BTreeMap<String, i64>>(bytes).unwrap(), expected, "{bytes:?}");
    }
}
