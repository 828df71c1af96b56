//! The schemas that we print are those of the RFCs, as far as the bytes depend on them.

use std::collections::BTreeMap;

use apache_avro::rabin::Rabin;
use sha2::Sha256;

use crate::{
    golden::all,
    judge::Judge,
    vectors::{Vectors, read},
};

#[test]
fn the_canonical_forms_of_our_schemas_have_the_fingerprints_of_the_official_ones() {
    let text = read("fingerprints.tsv");
    let official: BTreeMap<&str, [&str; 2]> = text
        .lines()
        .skip(1)
        .map(|line| {
            let mut columns = line.split('\t').skip(1);
            let mut next = || columns.next().unwrap();
            (next(), [next(), next()])
        })
        .collect();
    for golden in all() {
        let schema = Judge::new(&(golden.schema)()).schema;
        // apache-avro has the bytes of the number least significant first
        let rabin: [u8; 8] = schema.fingerprint::<Rabin>().bytes.try_into().unwrap();
        let ours = [format!("{:016x}", u64::from_le_bytes(rabin)), hex::encode(schema.fingerprint::<Sha256>().bytes)];
        assert_eq!(ours, official[Vectors::load(golden.file).full_name.as_str()], "{}", schema.canonical_form());
    }
}

/// The canonical form has no defaults (discrepancy D-13).
#[test]
fn defaults_are_those_of_the_official_schemas() {
    for golden in all() {
        let schema: serde_json::Value = serde_json::from_str(&(golden.schema)()).unwrap();
        for field in schema["fields"].as_array().unwrap() {
            let expected = match (golden.name, field["name"].as_str().unwrap()) {
                (_, "timeout") => Some("0"),
                (_, "reasonPhrase") | ("ClientData", "configName") => Some("null"),
                ("DataSamplesEvent", "contentType") => Some("\"application/json\""),
                _ => None,
            };
            let default = field.get("default").map(ToString::to_string);
            assert_eq!(default.as_deref(), expected, "{}: {field}", golden.name);
        }
    }
}
