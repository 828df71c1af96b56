//! Too short and too long.

use apache_avro::{Schema, types::Value, writer::datum::GenericDatumWriter};
use bytes::Bytes;
use kaa_ism::avro::DecodeErrorKind;
use kaa_proves::proves;
use kaa_tests::vectors::evolution::APPENDED;

use crate::vectors::{Vectors, all};

/// Nothing that is missing is made up, whatever the field, but for the tails of discrepancies 6.1.
#[proves("ESP-024")]
#[test]
fn a_datum_cut_anywhere_is_refused_except_where_fields_were_appended() {
    let (mut tolerated, mut expected) = (0, 0);
    for vectors in all() {
        let entry = vectors.entry;
        expected += if APPENDED.iter().any(|(name, _)| *name == entry.name) { vectors.rows.len() } else { 0 };
        for row in &vectors.rows {
            let bytes = &row.bytes;
            let tail = appended(&vectors, bytes);
            for cut in 0..bytes.len() {
                let start = bytes.slice(..cut);
                let result = (entry.recode)(&start);
                assert_eq!((entry.recode_prefix)(&start).map(|(written, _)| written), result);
                let place = format!("{} {} cut at {cut}: {result:?}", entry.file, row.name);
                if tail.is_some_and(|tail| cut == bytes.len() - tail) {
                    assert!(result.is_ok(), "{place}");
                    tolerated += 1;
                    continue;
                }
                let error = result.expect_err(&place);
                // A count of items is checked against what is left before the items are read.
                let ends = [DecodeErrorKind::UnexpectedEnd, DecodeErrorKind::TooManyItems];
                assert!(ends.contains(&error.kind()), "{place}");
                assert!(error.offset() <= cut, "{place}");
                assert!(error.path().starts_with(&format!("{}.", entry.name)), "{place}");
            }
        }
    }
    assert_eq!(tolerated, expected);
}

#[test]
fn a_byte_too_many_is_refused_by_decode_and_counted_by_decode_prefix() {
    for vectors in all() {
        let entry = vectors.entry;
        for row in vectors.rows {
            let longer = [&row.bytes[..], &[0]].concat().into();
            let error = (entry.recode)(&longer).unwrap_err();
            assert_eq!(error.kind(), DecodeErrorKind::LeftOver);
            assert_eq!(error.offset(), row.bytes.len());
            assert_eq!(error.path(), entry.name);
            let (recoded, left) = (entry.recode_prefix)(&longer).unwrap();
            assert_eq!(left, 1);
            assert_eq!(recoded, (entry.recode)(&row.bytes).unwrap());
        }
    }
}

/// How many bytes at the end of a datum belong to fields that were appended, if there are such fields.
fn appended(vectors: &Vectors, bytes: &Bytes) -> Option<usize> {
    let (_, first) = APPENDED.iter().find(|(name, _)| *name == vectors.entry.name)?;
    let (Schema::Record(record), Value::Record(values)) =
        (vectors.judge.schema(), vectors.judge.decode(bytes).unwrap())
    else {
        panic!("{} is no record", vectors.entry.name);
    };
    let fields = record.fields.iter().zip(values).skip_while(|(field, _)| field.name != *first);
    let lens = fields.map(|(field, (_, value))| {
        GenericDatumWriter::builder(&field.schema).build().unwrap().write_value_to_vec(value).unwrap().len()
    });
    Some(lens.sum())
}
