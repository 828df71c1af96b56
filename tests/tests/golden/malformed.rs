//! Too short and too long.

use kaa_ism::avro::DecodeErrorKind;

use crate::{golden::all, vectors::Vectors};

/// ESP-024 for every field: nothing that is missing is made up, but for the tails of discrepancies 6.1.
#[test]
fn a_datum_cut_anywhere_is_refused_except_where_fields_were_appended() {
    let mut tolerated = 0;
    for golden in all() {
        for vector in Vectors::load(golden.file).vectors {
            let bytes = &vector.bytes;
            let tail = (golden.appended)(bytes);
            for cut in 0..bytes.len() {
                let result = (golden.check)(&bytes.slice(..cut));
                let place = format!("{} {} cut at {cut}: {result:?}", golden.file, vector.name);
                if tail > 0 && cut == bytes.len() - tail {
                    assert!(result.is_ok(), "{place}");
                    tolerated += 1;
                    continue;
                }
                let error = result.expect_err(&place);
                // A count of items is checked against what is left before the items are read.
                let ends = [DecodeErrorKind::UnexpectedEnd, DecodeErrorKind::TooManyItems];
                assert!(ends.contains(&error.kind()), "{place}");
                assert!(error.offset() <= cut, "{place}");
                assert!(error.path().starts_with(&format!("{}.", golden.name)), "{place}");
            }
        }
    }
    assert_eq!(tolerated, Vectors::load("0004-client-data").vectors.len());
}

#[test]
fn a_byte_too_many_is_refused_by_decode_and_counted_by_decode_prefix() {
    for golden in all() {
        for vector in Vectors::load(golden.file).vectors {
            let longer = [&vector.bytes[..], &[0]].concat().into();
            let error = (golden.check)(&longer).unwrap_err();
            assert_eq!(error.kind(), DecodeErrorKind::LeftOver);
            assert_eq!(error.offset(), vector.bytes.len());
            assert_eq!(error.path(), golden.name);
            let (recoded, left) = (golden.recode_prefix)(&longer).unwrap();
            assert_eq!(left, 1);
            assert_eq!(recoded, (golden.recode)(&vector.bytes).unwrap());
        }
    }
}
