//! Our schemas accept and refuse what the official ones do, except for known faults.

use kaa_proves::proves;
use serde_json::Value;

use crate::schema::validator;

/// Why the two may differ.
fn known_fault(name: &str, value: &Value) -> Option<&'static str> {
    match name {
        // The validator takes a number that it prints without a point for an integer of draft 4.
        "0001-error-response" => (value["statusCode"] == 1e300).then_some("validator"),
        // The official schema asks for a number.
        "0007-applied-request" => value["statusCode"].as_f64().filter(|code| code.fract() != 0.0).map(|_| "CMP-033"),
        // The official schema describes a single result.
        "0011-result-request" => value.is_array().then_some("D-5"),
        _ => None,
    }
}

/// Checks each line of a table; gives the faults that were met.
#[track_caller]
fn compare(name: &str, table: &str) -> Vec<&'static str> {
    let schema = validator(name);
    let mut faults = Vec::new();
    let mut accepted = 0;
    for line in table.lines() {
        let (official, value): (bool, Value) = serde_json::from_str(line).expect("a line is [accepted, value]");
        accepted += usize::from(official);
        if schema.is_valid(&value) != official {
            faults.push(known_fault(name, &value).unwrap_or_else(|| panic!("official: {official}, ours not: {value}")));
        }
    }
    assert_eq!(table.lines().count(), 330);
    assert!((3..330).contains(&accepted), "{accepted}");
    faults.dedup();
    faults
}

macro_rules! official {
    ($($(#[$($attribute:tt)*])* fn $test:ident($name:literal) -> $faults:expr;)*) => {$(
        $(#[$($attribute)*])*
        #[test]
        fn $test() {
            let faults: [&str; _] = $faults;
            assert_eq!(compare($name, include_str!(concat!("official/", $name, ".jsonl"))), faults);
        }
    )*};
}

official! {
    #[proves("KP-027")]
    fn error_response("0001-error-response") -> ["validator"];

    #[proves("DCP-004")]
    fn data_samples_request("0002-request") -> [];

    #[proves("CMP-031")]
    fn applied_request("0007-applied-request") -> ["CMP-033"];

    #[proves("CMP-013")]
    fn config_request("0007-config-request") -> [];

    #[proves("CMP-024")]
    fn config_response("0007-config-response") -> [];

    #[proves("EPMP-044")]
    fn delete_metadata_keys_request("0010-delete-metadata-keys-request") -> [];

    #[proves("EPMP-017")]
    fn get_metadata_keys_response("0010-get-metadata-keys-response") -> [];

    #[proves("EPMP-021")]
    fn get_metadata_request("0010-get-metadata-request") -> [];

    #[proves("EPMP-028")]
    fn get_metadata_response("0010-get-metadata-response") -> [];

    #[proves("EPMP-030")]
    fn update_metadata_request("0010-update-metadata-request") -> [];

    #[proves("CEP-004")]
    fn command_request("0011-command-request") -> [];

    #[proves("CEP-011")]
    fn command_response("0011-command-response") -> [];

    #[proves("CEP-018")]
    fn result_request("0011-result-request") -> ["D-5"];
}
