//! Bytes of older and newer peers. No schema is on the wire: a reader has nothing but its own.

use std::collections::BTreeSet;

use bytes::Bytes;
use kaa_esp::ClientData;
use kaa_ism::{Message, WireRevision, avro::DecodeErrorKind};
use kaa_tests::{
    judge::Judge,
    vectors::{
        evolution::{APPENDED, Outcome, check, revision_before},
        hex_of,
    },
};
use serde_json::Value as Json;

use crate::{
    codec::is_json,
    vectors::{Vectors, all},
};

const REVISIONS: [WireRevision; 9] = [
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

/// Discrepancies 6.1 and 6.2.
#[test]
fn old_bytes_are_completed_in_five_messages_and_elsewhere_read_or_refused_as_they_are() {
    let mut completed = BTreeSet::new();
    let [mut defaults, mut read, mut refused] = [0; 3];
    each(|vectors, case| match check(vectors.entry, &vectors.judge, case).unwrap() {
        Outcome::Completed => {
            assert_eq!(case["new_reader_that_pads_missing_tail"]["faithful"], true);
            completed.insert(vectors.entry.name);
            defaults += 1;
        }
        Outcome::Read => read += 1,
        Outcome::Refused => refused += 1,
    });
    assert_eq!((defaults, read, refused), (10, 10, 32));
    assert_eq!(completed, APPENDED.iter().map(|(name, _)| *name).collect());
}

#[test]
fn old_bytes_are_refused_at_the_field_where_they_differ() {
    each(|vectors, case| {
        let old = hex_of(&case["old_writer"]).unwrap();
        if let Err(error) = (vectors.entry.recode_prefix)(&old) {
            let at = case["new_reader_of_old_bytes"]["at"].as_str().unwrap();
            assert_eq!(field_of(&error.path()), field_of(&format!("{}.{at}", vectors.entry.name)), "{error}");
        }
    });
}

/// Whoever knows the release of its peer can talk to it, though what the peer does not know is lost.
#[test]
fn every_change_in_the_middle_since_2020_07_has_a_revision() {
    let mut changed = BTreeSet::new();
    each(|vectors, case| {
        let is_late = case["date"].as_str().unwrap() > "2020-07";
        let is_appended = APPENDED.iter().any(|(name, _)| *name == vectors.entry.name);
        assert_eq!(revision_before(case).is_some(), is_late && !is_appended, "{case}");
        if revision_before(case).is_some() {
            changed.insert(vectors.entry.name);
        }
    });
    let with_other_layouts = all().into_iter().filter(has_other_layouts).map(|vectors| vectors.entry.name);
    assert_eq!(changed, with_other_layouts.collect());
}

#[test]
fn what_we_write_for_an_older_peer_is_what_it_writes() {
    each(|vectors, case| {
        let Some(before) = revision_before(case) else { return };
        let [old, new] = ["old_writer", "old_reader_of_new_bytes"].map(|writer| hex_of(&case[writer]).unwrap());
        let (written, left) = (vectors.entry.recode_revision)(&new, WireRevision::default(), before).unwrap();
        assert_eq!(left, 0);
        if (vectors.entry.name, &case["name"]) == ("RelationTreeGetResponse", &"nulls_and_empties".into()) {
            assert!(written.ends_with(b"\x04{}")); // null, which that peer does not know: the empty tree (ARMP-015)
        } else {
            assert_eq!(written, old);
        }
    });
}

/// `ClientData` as it was before 2026-01-16.
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.esp.gen.v1", name = "ClientData")]
#[message(event = "endpoint.test.old-client-data")]
struct OldClientData {
    correlation_id: String,
    timestamp: i64,
    #[avro(default = 0)]
    timeout: i64,
    app_version_name: String,
    #[avro(null = "last")]
    endpoint_id: Option<String>,
    resource_path: String,
    #[avro(null = "last")]
    request_id: Option<i32>,
    payload: Bytes,
}

#[test]
fn an_old_reader_reads_new_client_data_and_counts_what_is_left_over() {
    let judge = Judge::new(&OldClientData::avro_schema()).unwrap();
    let cases = Vectors::load("0004-client-data").evolution;
    assert_eq!(cases.len(), 2);
    for case in cases {
        let expected = &case["old_reader_of_new_bytes"];
        let new = hex_of(expected).unwrap();
        let left_over = expected["left_over_bytes"].as_u64().unwrap();

        let (message, left) = OldClientData::decode_prefix(&new).unwrap();
        assert_eq!(left as u64, left_over);
        is_json(&judge, &message.to_bytes(), &expected["json"]);
        assert_eq!(message.to_bytes(), hex_of(&case["old_writer"]).unwrap());

        let error = OldClientData::decode(&new).unwrap_err();
        assert_eq!((error.kind(), error.offset() as u64), (DecodeErrorKind::LeftOver, new.len() as u64 - left_over));
    }
}

#[test]
fn new_client_data_is_old_client_data_and_a_tail() {
    let old = OldClientData::new("kettle-v2", "/json", "{}").with_request_id(7).to_bytes();
    let new = ClientData::new("kettle-v2", "/json").with_payload("{}").with_request_id(7);
    assert_eq!(ClientData::decode(&old).unwrap(), new);
    assert_eq!(new.to_bytes(), [&old[..], &[0]].concat());
}

/// Whether some revision writes a golden value otherwise than we do today.
fn has_other_layouts(vectors: &Vectors) -> bool {
    vectors.rows.iter().any(|row| {
        let newest = (vectors.entry.recode)(&row.bytes).unwrap();
        let written = |to| (vectors.entry.recode_revision)(&row.bytes, WireRevision::default(), to).unwrap();
        REVISIONS.iter().any(|to| written(*to) != (newest.clone(), 0))
    })
}

fn each(mut check: impl FnMut(&Vectors, &Json)) {
    let mut cases = 0;
    for vectors in all() {
        for case in &vectors.evolution {
            check(&vectors, case);
            cases += 1;
        }
    }
    assert_eq!(cases, 52);
}

/// `Message.field` of a longer path: readers disagree within a field, depending on what they check first.
fn field_of(path: &str) -> &str {
    path.split('[').next().unwrap_or(path)
}
