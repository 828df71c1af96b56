//! The program that runs folders of vectors: what it calls a failure.

use std::{fs, path::Path, process::Command};

use kaa_tests::vectors::run;
use serde_json::{Value as Json, json};

use crate::vectors::Vectors;

const NAME: &str = "org.kaaproject.ipc.event.gen.v1.tenant.lifecycle.UpdatedEvent";

/// Correlation id `a`, timestamp 1, timeout 0, tenant `t`, originator `r`.
const HEX: &str = "0261020002740272";

fn value() -> Json {
    json!({"correlationId": "a", "timestamp": 1, "timeout": 0, "tenantId": "t", "originatorReplicaId": "r"})
}

/// A folder with one file of these vectors.
fn folder(rows: &[Json]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a.json", &json!({"fullname": NAME, "vectors": rows}).to_string());
    folder
}

fn write(folder: &Path, name: &str, text: &str) {
    fs::write(folder.join(name), text).unwrap();
}

/// The failures of one vector that is called `v`.
fn failures(row: Json) -> Vec<String> {
    run(folder(&[row]).path()).failures.iter().map(ToString::to_string).collect()
}

#[test]
fn all_vectors_and_evolutions_of_ours_pass() {
    let report = run(&Vectors::folder());
    assert!(report.failures.is_empty(), "{:?}", report.failures);
    assert_eq!((report.files, report.passed, report.evolution), (71, 705, 52));
}

#[test]
fn a_wrong_value_is_named_with_expected_and_got() {
    let mut other = value();
    other["tenantId"] = json!("u");
    let expected = "a.json: v: UpdatedEvent.tenantId: expected String(\"u\"), got String(\"t\")";
    assert_eq!(failures(json!({"name": "v", "json": other, "hex": HEX})), [expected]);
}

#[test]
fn bytes_that_we_write_otherwise_are_a_failure_unless_nobody_has_to_write_them() {
    let padded = "0261820000027402".to_owned() + "72"; // timestamp 1 in two bytes
    let row = json!({"name": "v", "json": value(), "hex": padded});
    assert_eq!(failures(row.clone()), [format!("a.json: v: expected hex {padded}, got {HEX}")]);
    for flag in ["decode_only", "map_order_sensitive"] {
        let mut row = row.clone();
        row[flag] = json!(true);
        assert_eq!(failures(row), [""; 0]);
    }
}

#[test]
fn malformed_rows_have_to_be_refused_and_those_of_policy_may_be() {
    let folder = folder(&[
        json!({"name": "cut", "hex": "0261", "expect": "error"}),
        json!({"name": "whole", "hex": HEX, "expect": "error"}),
        json!({"name": "refused", "hex": "0261", "expect": "policy"}),
        json!({"name": "read", "hex": HEX, "expect": "policy"}),
        json!({"name": "other", "hex": HEX, "expect": "luck"}),
    ]);
    let report = run(folder.path());
    assert_eq!(report.passed, 3);
    let failed: Vec<_> = report.failures.iter().map(|failure| failure.place.as_str()).collect();
    assert_eq!(failed, ["a.json: whole", "a.json: other"]);
    assert!(report.notes[0].starts_with("a.json: refused: refused: UpdatedEvent.timestamp at byte 2: "));
    assert!(report.notes[1].starts_with("a.json: read: read as Record("));
}

#[test]
fn rows_that_make_no_sense_are_named_failures() {
    let rows = [
        (json!({"name": "v", "json": value(), "hex": "0g"}), "a.json: v: hex 0g: "),
        (json!({"name": "v", "json": value()}), "a.json: v: there is no text `hex`"),
        (json!({"name": "v", "hex": HEX}), "a.json: v: there is neither `json` nor `expect`"),
        (json!({"name": "v", "json": {"tenant": 1}, "hex": HEX}), "a.json: v: `json` is not of the schema: "),
        (json!({"json": value(), "hex": HEX}), "a.json: number 1: a vector without name"),
        (json!(7), "a.json: number 1: a vector without name"),
    ];
    for (row, expected) in rows {
        let failures = failures(row);
        assert!(matches!(&failures[..], [failure] if failure.starts_with(expected)), "{failures:?}");
    }
}

#[test]
fn files_that_make_no_sense_are_named_failures_and_the_others_are_run() {
    let folder = folder(&[json!({"name": "v", "json": value(), "hex": HEX})]);
    let files = [
        ("b.json", "{", "is not JSON: "),
        ("c.json", r#"{"fullname": "org.Unknown", "vectors": []}"#, "no record org.Unknown of ?"),
        ("d.json", r#"{"vectors": []}"#, "there is neither `fullname` nor `schema`"),
        ("e.json", r#"{"schema": "0004/0004-client-data.avsc"}"#, "there is no list `vectors`"),
    ];
    files.iter().for_each(|(name, text, _)| write(folder.path(), name, text));
    write(folder.path(), "README.md", "no vectors");
    fs::create_dir(folder.path().join("f.json")).unwrap();
    let both = format!(r#"{{"fullname": "{NAME}", "schema": "0004/0004-client-data.avsc", "vectors": []}}"#);
    write(&folder.path().join("f.json"), "g.json", &both);

    let report = run(folder.path());
    assert_eq!((report.files, report.passed), (1, 1));
    let failed: Vec<String> = report.failures.iter().map(ToString::to_string).collect();
    for (failure, (name, _, error)) in failed.iter().zip(files) {
        assert!(failure.starts_with(&format!("{name}: {error}")), "{failure}");
    }
    assert_eq!(failed[4], format!("f.json/g.json: `fullname` is {NAME}, `schema` is another record's"));
    assert_eq!(failed.len(), 5);
}

#[test]
fn the_program_ends_with_the_sum_and_its_status() {
    let program = |folder: &Path| {
        let output = Command::new(env!("CARGO_BIN_EXE_vectors")).arg(folder).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        (output.status.code(), text.lines().last().unwrap().to_owned())
    };
    let good = json!({"name": "v", "json": value(), "hex": HEX});
    assert_eq!(program(folder(std::slice::from_ref(&good)).path()), (Some(0), "1 passed, 0 failed".to_owned()));
    let bad = json!({"name": "w", "hex": HEX, "expect": "error"});
    assert_eq!(program(folder(&[good, bad]).path()), (Some(1), "1 passed, 1 failed".to_owned()));
    let empty = tempfile::tempdir().unwrap();
    assert_eq!(program(empty.path()), (Some(1), "0 passed, 1 failed".to_owned()));
    assert_eq!(program(&empty.path().join("missing")), (Some(1), "0 passed, 1 failed".to_owned()));
}
