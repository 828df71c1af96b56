//! Bytes of older and newer peers. No schema is on the wire: a reader has nothing but its own.

use bytes::Bytes;
use kaa_esp::ClientData;
use kaa_ism::{Message, avro::DecodeErrorKind};
use serde_json::Value as Json;

use crate::{
    golden::{Golden, all},
    judge::Judge,
    vectors::{Vectors, bytes_of},
};

#[test]
fn old_bytes_are_refused_at_the_field_where_they_differ() {
    each("error", |golden, judge, case, old| {
        if let Some(padded) = case.get("new_reader_that_pads_missing_tail") {
            // Fields appended with a default (discrepancies 6.1): the one place where missing bytes are defaults.
            let read = (golden.recode)(old).unwrap();
            assert_eq!(judge.decode(&read), judge.parse(&padded["json"]));
            assert_eq!(padded["faithful"], true);
            return;
        }
        let error = (golden.check)(old).unwrap_err();
        let at = case["new_reader_of_old_bytes"]["at"].as_str().unwrap();
        assert_eq!(field_of(&error.path()), field_of(&format!("{}.{at}", golden.name)), "{error}");
    });
}

#[test]
fn old_bytes_that_happen_to_fit_are_read_as_any_strict_reader_reads_them() {
    each("decoded", |golden, judge, case, old| {
        let expected = &case["new_reader_of_old_bytes"];
        let (read, left) = (golden.recode_prefix)(old).unwrap();
        assert_eq!(Some(left as u64), expected["left_over_bytes"].as_u64());
        assert_eq!(judge.decode(&read), judge.parse(&expected["json"]));
    });
}

#[test]
fn only_the_messages_of_6_1_are_padded() {
    for golden in all() {
        let cases = Vectors::load(golden.file).evolution;
        let is_padded = cases.iter().any(|case| case.get("new_reader_that_pads_missing_tail").is_some());
        assert_eq!(is_padded, golden.name == "ClientData", "{}", golden.name);
    }
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
    let judge = Judge::new(&OldClientData::avro_schema().to_string());
    let cases = Vectors::load("0004-client-data").evolution;
    assert_eq!(cases.len(), 2);
    for case in cases {
        let expected = &case["old_reader_of_new_bytes"];
        let new = bytes_of(&expected["hex"]);
        let left_over = expected["left_over_bytes"].as_u64().unwrap();

        let (message, left) = OldClientData::decode_prefix(&new).unwrap();
        assert_eq!(left as u64, left_over);
        assert_eq!(judge.decode(&message.to_bytes()), judge.parse(&expected["json"]));
        assert_eq!(message.to_bytes(), bytes_of(&case["old_writer"]["hex"]));

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

fn each(result: &str, check: impl Fn(&Golden, &Judge, &Json, &Bytes)) {
    let mut cases = 0;
    for golden in all() {
        let judge = Judge::new(&(golden.schema)());
        for case in Vectors::load(golden.file).evolution {
            if case["new_reader_of_old_bytes"]["result"] == result {
                check(&golden, &judge, &case, &bytes_of(&case["old_writer"]["hex"]));
                cases += 1;
            }
        }
    }
    assert!(cases > 3, "{cases} cases");
}

/// `Message.field` of a longer path: readers disagree within a field, depending on what they check first.
fn field_of(path: &str) -> &str {
    path.split('[').next().unwrap_or(path)
}
