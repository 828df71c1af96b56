//! The twins that borrow from what they are read from do as their owners do.

use bytes::Bytes;
use kaa_endpoint::{dstp::DataSamplesEventRef, tstp::TimeSeriesEventRef};
use kaa_esp::{ClientDataRef, ExtensionDataRef};
use kaa_ism::avro::{DecodeError, to_bytes};
use kaa_tests::vectors::Expect;

use crate::{codec::is_json, vectors::Vectors};

/// Decodes all of the bytes, and encodes what came out.
type Recode = fn(&Bytes) -> Result<Bytes, DecodeError>;

const TWINS: [(&str, Recode); 4] = [
    ("0004-client-data", |bytes| Ok(to_bytes(&ClientDataRef::decode(bytes)?))),
    ("0004-extension-data", |bytes| Ok(to_bytes(&ExtensionDataRef::decode(bytes)?))),
    ("0013-ep-data-samples-event", |bytes| Ok(to_bytes(&DataSamplesEventRef::decode(bytes)?))),
    ("0014-ep-time-series-event", |bytes| Ok(to_bytes(&TimeSeriesEventRef::decode(bytes)?))),
];

#[test]
fn golden_bytes_are_read_and_written_even_in_their_order() {
    for (file, recode) in TWINS {
        let vectors = Vectors::load(file);
        for row in &vectors.rows {
            let written = recode(&row.bytes).unwrap();
            let Expect::Value { json, decode_only, .. } = &row.expect else {
                panic!("{file} {} is no value", row.name)
            };
            is_json(&vectors.judge, &written, json);
            assert!(*decode_only || written == row.bytes, "{file} {}", row.name);
        }
    }
}

#[test]
fn what_is_cut_or_too_long_is_refused_with_the_same_error() {
    for (file, recode) in TWINS {
        let Vectors { entry, rows, .. } = Vectors::load(file);
        for row in rows {
            for cut in 0..row.bytes.len() {
                let start = row.bytes.slice(..cut);
                assert_eq!(recode(&start), (entry.recode)(&start), "{file} {} cut at {cut}", row.name);
            }
            let longer = [&row.bytes[..], &[0]].concat().into();
            assert_eq!(recode(&longer).unwrap_err(), (entry.recode)(&longer).unwrap_err());
        }
    }
}
