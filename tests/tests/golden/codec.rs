//! Both directions, each judged by `apache-avro`.

use std::collections::BTreeSet;

use kaa_proves::proves;
use kaa_tests::{
    catalog::catalog,
    judge::{Judge, difference},
    vectors::{Expect, Row},
};
use serde_json::Value as Json;

use crate::vectors::{Vectors, all};

#[test]
fn there_are_golden_files_for_all_71_records_under_their_full_names() {
    let files: BTreeSet<&str> = catalog().iter().map(|entry| entry.file).collect();
    assert_eq!(files.len(), 71);
    let on_disk = std::fs::read_dir(Vectors::folder()).unwrap();
    let on_disk =
        on_disk.filter_map(|file| Some(file.unwrap().file_name().to_str()?.strip_suffix(".json")?.to_owned()));
    assert!(on_disk.collect::<BTreeSet<_>>().iter().eq(files.iter()));
    let full_names: BTreeSet<String> = all().iter().map(|vectors| vectors.entry.full_name()).collect();
    assert_eq!(full_names.len(), 71);
}

#[proves(
    "ESP-004",
    "ESP-015",
    "CDTP-002",
    "CDTP-007",
    "CDTP-009",
    "CDTP-013",
    "CDTP-022",
    "ELCE-004",
    "ELCE-007",
    "ELCE-012",
    "ELCE-014",
    "ELCE-017",
    "CIP-004",
    "CIP-007",
    "DSTP-003",
    "DSTP-005",
    "TSTP-003",
    "EME-003",
    "ECAP-004",
    "ECAP-007",
    "ECAP-012",
    "ECAP-015",
    "ECAP-020",
    "ECAP-025",
    "ECAP-028",
    "ECAP-034",
    "ECAP-037",
    "ECAP-045",
    "SCMP-003",
    "SCMP-007",
    "EFE-005",
    "EFE-008",
    "EFE-011",
    "EFE-014",
    "EFE-017",
    "EPMMP-004",
    "EPMMP-007",
    "EPMMP-015",
    "EPMMP-018",
    "EPMMP-025",
    "EPMMP-028",
    "EPMMP-033",
    "EPMMP-036",
    "EPMMP-042",
    "EPMMP-045",
    "EPMMP-050",
    "EPMMP-053",
    "EFMP-004",
    "EFMP-007",
    "EFMP-012",
    "EFMP-015",
    "TLE-003",
    "TLE-005",
    "CAP-004",
    "CAP-007",
    "CAP-013",
    "CAP-016",
    "CAP-022",
    "AIP-003",
    "EPRMP-004",
    "EPRMP-007",
    "EPRMP-012",
    "AMP-002",
    "ARMP-003",
    "ARMP-006",
    "ARMP-011",
    "ARMP-014",
    "ARMP-018",
    "SYSC-003"
)]
#[test]
fn golden_bytes_are_read_as_their_values_and_written_again() {
    let mut checked = 0;
    each(|vectors, row| {
        row.check(vectors.entry, &vectors.judge).unwrap();
        checked += 1;
    });
    assert_eq!(checked, 705);
}

/// And so equal messages have equal bytes, whatever the order in which the entries of a map came.
#[test]
fn what_apache_avro_makes_of_the_json_is_the_same_message() {
    each_value(|vectors, row, json| {
        let encoded = vectors.judge.encode(&vectors.judge.parse(json).unwrap()).unwrap(); // of a hash map: any order
        assert_eq!((vectors.entry.recode)(&encoded).unwrap(), (vectors.entry.recode)(&row.bytes).unwrap());
    });
}

#[test]
fn our_schema_reads_the_golden_bytes_as_their_json() {
    each_value(|vectors, row, json| is_json(&vectors.judge, &row.bytes, json));
}

#[test]
fn what_is_written_is_read_and_written_the_same() {
    each(|vectors, row| {
        let once = (vectors.entry.recode)(&row.bytes).unwrap();
        assert_eq!((vectors.entry.recode)(&once).unwrap(), once);
    });
}

pub(crate) fn is_json(judge: &Judge, bytes: &[u8], json: &Json) {
    assert_eq!(difference(&judge.parse(json).unwrap(), &judge.decode(bytes).unwrap()), None);
}

fn each_value(check: impl Fn(&Vectors, &Row, &Json)) {
    each(|vectors, row| match &row.expect {
        Expect::Value { json, .. } => check(vectors, row, json),
        other => panic!("our vectors are values, not {other:?}"),
    });
}

fn each(mut check: impl FnMut(&Vectors, &Row)) {
    for vectors in all() {
        for row in &vectors.rows {
            let _shown_if_it_fails = Shown(format!("{}: {}", vectors.entry.file, row.name));
            check(&vectors, row);
        }
    }
}

/// Says which vector it was when a check panics.
struct Shown(String);

impl Drop for Shown {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("with {}", self.0);
        }
    }
}
