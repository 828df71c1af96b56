//! One datum between peers of different releases.

use bytes::Bytes;
use kaa_ism::WireRevision;

use crate::message::entry;

/// All of them, in ascending order.
pub(crate) const REVISIONS: [WireRevision; 9] = [
    WireRevision::R2020_07,
    WireRevision::R2023_04,
    WireRevision::R2023_11,
    WireRevision::R2024_03,
    WireRevision::R2024_05_04,
    WireRevision::R2024_05_08,
    WireRevision::R2024_05_09,
    WireRevision::R2024_11,
    WireRevision::R2025_12,
];

/// The first byte chooses a record of the catalog, the next two choose the releases of writer and reader, the rest is the
/// datum.
///
/// - What was written for a release is read, by it, to the end and written as the same bytes.
/// - Between peers of the newest release there is nothing to translate.
pub fn revision(data: &[u8]) {
    let [chosen, from, to, datum @ ..] = data else { return };
    let Some((entry, datum)) = entry(&[&[*chosen], datum].concat()) else { return };
    let (Some(from), Some(to)) = (revision_of(*from), revision_of(*to)) else { return };
    if let Ok((written, _)) = (entry.recode_revision)(&datum, from, to) {
        let again = (entry.recode_revision)(&written, to, to);
        assert_eq!(again, Ok::<(Bytes, usize), _>((written, 0)), "{} from {from:?} to {to:?}", entry.name);
    }
    let newest = WireRevision::default();
    assert_eq!((entry.recode_revision)(&datum, newest, newest), (entry.recode_prefix)(&datum), "{}", entry.name);
}

fn revision_of(byte: u8) -> Option<WireRevision> {
    REVISIONS.get(usize::from(byte) % REVISIONS.len()).copied()
}
