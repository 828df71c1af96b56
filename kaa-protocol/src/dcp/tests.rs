use kaa_proves::proves;

use super::*;
use crate::Status;

fn samples(payload: &str, dialect: Dialect) -> Vec<&str> {
    Batch::parse(payload.as_bytes(), dialect).unwrap().samples().collect()
}

fn refused(payload: &[u8], dialect: Dialect) -> InvalidPayload {
    Batch::parse(payload, dialect).unwrap_err()
}

#[proves("DCP-003")]
#[test]
fn json_is_the_only_resource() {
    assert_eq!(Resource::parse("/json"), Some(Resource::Json));
    assert_eq!(Resource::Json.to_string(), "/json");
    for path in ["", "/", "json", "/JSON", "/json/", "/json/extra", "//json", "/xml", "/json/status"] {
        assert_eq!(Resource::parse(path), None, "{path}");
    }
}

#[proves("DCP-004")]
#[test]
fn payload_is_an_array() {
    assert_eq!(samples("[1]", Dialect::Rfc), ["1"]);
    assert_eq!(samples("[1]", Dialect::Platform), ["1"]);
    for payload in ["{}", "1", "null", "\"[1]\""] {
        assert_eq!(
            refused(payload.as_bytes(), Dialect::Rfc).to_string(),
            "a single value, expected a JSON array of samples (DCP-004)"
        );
    }
}

// decisions.md: DCP-*, single values
#[test]
fn platform_takes_a_single_value_as_a_batch_of_one() {
    for payload in [r#"{"a":1}"#, "{}", "1", "null", "false", r#""[1]""#] {
        assert_eq!(samples(payload, Dialect::Platform), [payload]);
    }
    assert_eq!(samples(" \r\n{ } \t", Dialect::Platform), ["{ }"]);
}

#[proves("DCP-004")]
#[test]
fn what_is_not_one_json_text_is_refused() {
    for dialect in [Dialect::Platform, Dialect::Rfc] {
        for (payload, offset) in [
            (&b""[..], 0),
            (b"  ", 2),
            (b"[", 1),
            (b"[1,]", 3),
            (b"[1 2]", 3),
            (b"[1]]", 3),
            (b"[1] [2]", 4),
            (b"{\"a\":1}{}", 7),
            (b"[nul]", 4),
            (b"[01]", 2),
            (b"[NaN]", 1),
            (b"['a']", 1),
            (b"[\"\n\"]", 1), // the parser points at the byte before a control character
            (b"[\"a\xff\"]", 3),
            (b"\"\xed\xa0\x80\"", 1),
            (b"\xff", 0),
            (b"\xef\xbb\xbf[1]", 0),
        ] {
            let error = refused(payload, dialect);
            assert_eq!(error.requirement(), "DCP-004");
            assert_eq!(error.offset(), Some(offset), "{payload:?}: {error}");
        }
    }
}

#[proves("DCP-004")]
#[test]
fn error_becomes_a_400_with_offset_and_rule() {
    assert_eq!(
        Status::from(refused(b"[1 2]", Dialect::Platform)).to_string(),
        "400 broken JSON at byte 3, expected a JSON array of samples (DCP-004)"
    );
}

#[proves("DCP-005")]
#[test]
fn sample_is_any_json_value_in_the_order_sent() {
    for dialect in [Dialect::Platform, Dialect::Rfc] {
        assert_eq!(
            samples(r#"[{"a":1},15,["x"],null,true,"s"]"#, dialect),
            [r#"{"a":1}"#, "15", r#"["x"]"#, "null", "true", r#""s""#]
        );
    }
}

#[proves("DCP-005")]
#[test]
fn sample_survives_byte_for_byte() {
    let payload = "[ 1.0 ,1e+999,-0,\n12345678901234567890.123456789012345678901234567890, \
                   {\"b\" : 1, \"a\":2,\"b\":3}, \"\\u00e9\\/\\ud800 é\" ]";
    assert_eq!(
        samples(payload, Dialect::Rfc),
        [
            "1.0",
            "1e+999",
            "-0",
            "12345678901234567890.123456789012345678901234567890",
            "{\"b\" : 1, \"a\":2,\"b\":3}",
            "\"\\u00e9\\/\\ud800 é\"",
        ]
    );
}

#[proves("DCP-006")]
#[test]
fn empty_array_is_an_empty_batch() {
    for payload in ["[]", " [ ] \n"] {
        let batch = Batch::parse(payload.as_bytes(), Dialect::Rfc).unwrap();
        assert!(batch.is_empty());
        assert_eq!((batch.len(), batch.samples().len()), (0, 0));
    }
}

#[proves("DCP-011")]
#[test]
fn timestamp_is_a_field_like_others() {
    let payload = r#"[{"timestamp":"yesterday"},{"timestamp":1.5e3},{"timestamp":null},{"timestamp":[{}]}]"#;
    assert_eq!(
        samples(payload, Dialect::Rfc),
        [r#"{"timestamp":"yesterday"}"#, r#"{"timestamp":1.5e3}"#, r#"{"timestamp":null}"#, r#"{"timestamp":[{}]}"#]
    );
}

#[test]
fn samples_borrow_from_the_payload_and_outlive_the_batch() {
    let payload = b"[1, 22]".to_vec();
    let samples: Vec<_> = Batch::parse(&payload, Dialect::Rfc).unwrap().samples().collect();
    assert_eq!(samples[1].as_ptr(), payload[4..].as_ptr());
}

#[test]
fn sample_that_is_let_in_is_not_too_deep_for_serde_json() {
    for (open, close) in [("[", "]"), (r#"{"a":"#, "}")] {
        let nested = |depth: usize| format!("{}1{}", open.repeat(depth), close.repeat(depth));
        let deepest = nested(MAX_DEPTH);
        serde_json::from_str::<serde_json::Value>(&deepest).unwrap();
        serde_json::from_str::<serde_json::Value>(&nested(MAX_DEPTH + 1)).unwrap_err();

        assert_eq!(samples(&format!("[0,{deepest}]"), Dialect::Rfc), ["0", deepest.as_str()]);
        let error = refused(format!("[{}]", nested(MAX_DEPTH + 1)).as_bytes(), Dialect::Rfc);
        assert_eq!(error.offset(), Some(1 + MAX_DEPTH * open.len()));
    }
    let single = r#"{"a":"#.repeat(MAX_DEPTH) + "1" + &"}".repeat(MAX_DEPTH);
    assert_eq!(samples(&single, Dialect::Platform), [single.as_str()]);
    refused(format!(r#"{{"a":{single}}}"#).as_bytes(), Dialect::Platform);
}

#[test]
fn hostile_nesting_is_an_error_and_no_stack_overflow() {
    let depth = 100_000;
    for dialect in [Dialect::Platform, Dialect::Rfc] {
        refused("[".repeat(depth).as_bytes(), dialect);
        refused(r#"{"a":"#.repeat(depth).as_bytes(), dialect);
        let error = refused(("[".repeat(depth) + &"]".repeat(depth)).as_bytes(), dialect);
        assert_eq!(
            error.to_string(),
            "too deep a value at byte 128, expected samples of at most 127 nested arrays and objects (DCP-005)"
        );
    }
}

#[test]
fn brackets_in_strings_do_not_nest() {
    let sample = format!(r#""{}\"{}\\""#, "[".repeat(200), "{".repeat(200));
    assert_eq!(samples(&format!("[{sample},[]]"), Dialect::Rfc), [sample.as_str(), "[]"]);
}
