//! One datum.

use bytes::Bytes;
use kaa_ism::avro::DecodeErrorKind;
use kaa_tests::catalog::{Entry, catalog};

/// The first byte chooses a record of the catalog, the rest is the datum.
///
/// - What is read can be written, and that is read as the same and written as the same bytes.
/// - The tolerant decoder reads what the strict one reads, and beyond that only what has bytes left over.
/// - An error names the record and a byte of the input.
pub fn message(data: &[u8]) {
    let Some((entry, datum)) = entry(data) else { return };
    let (strict, tolerant) = ((entry.recode)(&datum), (entry.recode_prefix)(&datum));
    match (strict, tolerant) {
        (Ok(written), tolerant) => {
            assert_eq!(tolerant.as_ref(), Ok(&(written.clone(), 0)), "{}: the tolerant decoder", entry.name);
            assert_eq!((entry.recode)(&written).as_ref(), Ok(&written), "{}: read once more", entry.name);
        }
        (Err(error), Ok((_, left))) => {
            assert_eq!(error.kind(), DecodeErrorKind::LeftOver, "{error}");
            assert_eq!(error.offset() + left, datum.len(), "{error}");
        }
        (Err(error), tolerant) => {
            assert_eq!(tolerant.as_ref(), Err(&error), "{}: the tolerant decoder", entry.name);
            assert!(error.offset() <= datum.len() && !error.path().is_empty(), "{error}");
        }
    }
}

/// The record that the first byte chooses, and the rest.
pub(crate) fn entry(data: &[u8]) -> Option<(&'static Entry, Bytes)> {
    let (&chosen, datum) = data.split_first()?;
    let entry = catalog().get(usize::from(chosen) % catalog().len())?;
    Some((entry, Bytes::copy_from_slice(datum)))
}
