use kaa_proves::proves;

use super::*;
use crate::{Dialect, InvalidPayload, Json, Status, StatusCode};

const BOTH: [Dialect; 2] = [Dialect::Platform, Dialect::Rfc];

fn request(payload: &str, dialect: Dialect) -> Result<ConfigRequest, InvalidPayload> {
    ConfigRequest::parse(payload.as_bytes(), dialect)
}

fn response(payload: &str, dialect: Dialect) -> Result<ConfigResponse<'_>, InvalidPayload> {
    ConfigResponse::parse(payload.as_bytes(), dialect)
}

fn applied(payload: &str, dialect: Dialect) -> Result<AppliedRequest, InvalidPayload> {
    AppliedRequest::parse(payload.as_bytes(), dialect)
}

#[proves("CMP-002")]
#[test]
fn id_is_any_text() {
    for id in ["", "a b", "идентификатор", "\"\\\u{1}\n", &"x".repeat(1000)] {
        let request = ConfigRequest::new().with_config_id(id);
        assert_eq!(ConfigRequest::parse(&request.to_json(), Dialect::Rfc).unwrap(), request);
        let request = AppliedRequest::new(id);
        assert_eq!(AppliedRequest::parse(&request.to_json(), Dialect::Rfc).unwrap(), request);
        let response = ConfigResponse::new(id, Json::NULL);
        assert_eq!(ConfigResponse::parse(&response.to_json(Dialect::Rfc), Dialect::Rfc).unwrap(), response);
    }
}

#[proves("CMP-003", "CMP-026")]
#[test]
fn none_assigned_is_an_empty_id_and_null_and_not_the_same_as_not_changed() {
    let payload = r#"{"configId":"","config":null}"#;
    assert_eq!(ConfigResponse::UNASSIGNED.to_json(Dialect::Rfc), payload.as_bytes());
    for dialect in BOTH {
        assert_eq!(response(payload, dialect).unwrap(), ConfigResponse::UNASSIGNED);
        assert_eq!(response("{}", dialect).unwrap(), ConfigResponse::NotChanged);
    }
    assert_ne!(ConfigResponse::UNASSIGNED, ConfigResponse::NotChanged);
}

#[proves("CMP-013")]
#[test]
fn request_has_two_optional_members() {
    for dialect in BOTH {
        assert_eq!(request("{}", dialect).unwrap(), ConfigRequest::new());
        assert_eq!(
            request(r#" { "observe" : false , "configId" : "\u0061" } "#, dialect).unwrap(),
            ConfigRequest::new().with_config_id("a").with_observe(false)
        );
        for payload in [
            r#"{"configId":null}"#,
            r#"{"configId":5}"#,
            r#"{"observe":"true"}"#,
            r#"{"observe":null}"#,
            r#"{"observe":1}"#,
            "[]",
            "null",
            "\"\"",
            "{",
            "{}{}",
        ] {
            assert_eq!(request(payload, dialect).unwrap_err().requirement(), "CMP-013", "{payload}");
        }
        ConfigRequest::parse(b"{\"configId\":\"\xff\"}", dialect).unwrap_err();
    }
}

// decisions.md: extra or null members
#[proves("CMP-013")]
#[test]
fn unknown_member_is_let_in_by_platform_only() {
    let payload = r#"{"x":1,"observe":true}"#;
    assert_eq!(request(payload, Dialect::Platform).unwrap(), ConfigRequest::new().with_observe(true));
    assert_eq!(
        Status::from(request(payload, Dialect::Rfc).unwrap_err()).to_string(),
        "400 unknown member at /x, byte 5, expected an object of perhaps a string configId and a boolean observe only \
         (CMP-013)"
    );
}

#[proves("CMP-013")]
#[test]
fn request_is_written_without_what_is_absent() {
    assert_eq!(ConfigRequest::new().to_json(), b"{}");
    let request = ConfigRequest::new().with_config_id("").with_observe(true);
    assert_eq!(request.to_json(), br#"{"configId":"","observe":true}"#);
}

#[proves("CMP-014")]
#[test]
fn empty_payload_is_no_request() {
    for dialect in BOTH {
        for payload in ["", " "] {
            let error = request(payload, dialect).unwrap_err();
            assert_eq!((error.requirement(), error.offset()), ("CMP-013", Some(payload.len())));
            applied(payload, dialect).unwrap_err();
        }
    }
}

#[test]
fn absent_id_is_not_the_empty_id() {
    assert_eq!(request("{}", Dialect::Rfc).unwrap().config_id, None);
    assert_eq!(request(r#"{"configId":""}"#, Dialect::Rfc).unwrap().config_id.as_deref(), Some(""));
}

#[proves("CMP-017")]
#[test]
fn not_changed_is_an_empty_object() {
    for dialect in BOTH {
        assert_eq!(ConfigResponse::NotChanged.to_json(dialect), b"{}");
    }
    for payload in ["", "null", "[]", "304"] {
        assert_eq!(response(payload, Dialect::Rfc).unwrap_err().requirement(), "CMP-024");
    }
}

// decisions.md: CMP-024
#[proves("CMP-024")]
#[test]
fn platform_adds_the_status_that_official_clients_read() {
    let current = ConfigResponse::new("1", Json::parse(br#"{"brightness": 0.70}"#).unwrap());
    let platform = current.to_json(Dialect::Platform);
    assert_eq!(
        String::from_utf8_lossy(&platform),
        r#"{"configId":"1","statusCode":200,"reasonPhrase":"OK","config":{"brightness": 0.70}}"#
    );
    assert_eq!(current.to_json(Dialect::Rfc), br#"{"configId":"1","config":{"brightness": 0.70}}"#);
    assert_eq!(ConfigResponse::parse(&platform, Dialect::Platform).unwrap(), current);
    assert_eq!(ConfigResponse::parse(&platform, Dialect::Rfc).unwrap_err().pointer(), "/reasonPhrase");
}

#[proves("CMP-024")]
#[test]
fn member_of_another_type_is_refused() {
    for dialect in BOTH {
        for payload in [r#"{"configId":1,"config":{}}"#, r#"{"configId":null,"config":null}"#] {
            let error = response(payload, dialect).unwrap_err();
            assert_eq!((error.requirement(), error.pointer()), ("CMP-024", "/configId"));
        }
    }
}

#[proves("CMP-025")]
#[test]
fn id_and_configuration_come_together() {
    for dialect in BOTH {
        for (payload, problem) in [(r#"{"configId":"1"}"#, "configId alone"), (r#"{"config":null}"#, "config alone")] {
            assert_eq!(
                response(payload, dialect).unwrap_err().to_string(),
                format!("{problem}, expected both configId and config, or neither (CMP-025)")
            );
        }
    }
}

#[proves("CMP-027")]
#[test]
fn configuration_is_any_json_value_byte_for_byte() {
    for config in [r#"{"b" : 1,"a":2}"#, "[1.0]", "\"\\u00e9\"", "12345678901234567890.10", "true", "null"] {
        let payload = format!(r#"{{"configId":"1","config":{config}}}"#);
        let read = response(&payload, Dialect::Rfc).unwrap();
        assert_eq!(read, ConfigResponse::new("1", Json::parse(config.as_bytes()).unwrap()));
        assert_eq!(read.to_json(Dialect::Rfc), payload.as_bytes());
    }
}

#[test]
fn configuration_nests_at_most_127_deep() {
    let payload = |depth| format!(r#"{{"configId":"","config":{}{}}}"#, "[".repeat(depth), "]".repeat(depth));
    response(&payload(Json::MAX_DEPTH), Dialect::Rfc).unwrap();
    for depth in [Json::MAX_DEPTH + 1, 100_000] {
        let payload = payload(depth);
        assert_eq!(response(&payload, Dialect::Platform).unwrap_err().pointer(), "/config");
    }
}

#[proves("CMP-031")]
#[test]
fn applied_request_has_an_id_and_perhaps_a_status() {
    for dialect in BOTH {
        assert_eq!(
            applied(r#"{"configId":"x","statusCode":400,"reasonPhrase":""}"#, dialect).unwrap(),
            AppliedRequest::new("x").with_status_code(StatusCode::BAD_REQUEST).with_reason_phrase("")
        );
        for (payload, pointer) in [
            ("{}", "/configId"),
            (r#"{"configId":null}"#, "/configId"),
            (r#"{"configId":1}"#, "/configId"),
            (r#"{"configId":"x","statusCode":"200"}"#, "/statusCode"),
            (r#"{"configId":"x","statusCode":null}"#, "/statusCode"),
            (r#"{"configId":"x","reasonPhrase":1}"#, "/reasonPhrase"),
            (r#"["x"]"#, ""),
            ("null", ""),
        ] {
            let error = applied(payload, dialect).unwrap_err();
            assert_eq!((error.requirement(), error.pointer()), ("CMP-031", pointer), "{payload}");
        }
    }
}

// decisions.md: extra or null members
#[proves("CMP-031")]
#[test]
fn unknown_member_and_phrase_of_null_are_let_in_by_platform_only() {
    for (payload, pointer) in
        [(r#"{"configId":"x","y":1}"#, "/y"), (r#"{"configId":"x","reasonPhrase":null}"#, "/reasonPhrase")]
    {
        assert_eq!(applied(payload, Dialect::Platform).unwrap(), AppliedRequest::new("x"));
        assert_eq!(applied(payload, Dialect::Rfc).unwrap_err().pointer(), pointer);
    }
}

#[proves("CMP-032")]
#[test]
fn absent_status_code_is_200() {
    assert_eq!(applied(r#"{"configId":"x"}"#, Dialect::Rfc).unwrap().status_code, StatusCode::OK);
    assert_eq!(AppliedRequest::new("x").to_json(), br#"{"configId":"x","statusCode":200}"#);
}

#[test]
fn status_code_is_an_integer_however_it_is_written() {
    let parse = |code: &str| applied(&format!(r#"{{"configId":"x","statusCode":{code}}}"#), Dialect::Rfc);
    for code in ["200", "200.0", "2e2"] {
        assert_eq!(parse(code).unwrap().status_code, StatusCode::OK, "{code}");
    }
    for code in ["200.5", "2147483648", "1e300"] {
        assert_eq!(parse(code).unwrap_err().pointer(), "/statusCode", "{code}");
    }
}

#[proves("CMP-034", "CMP-035")]
#[test]
fn success_is_2xx_and_nothing_else() {
    for (code, success) in [
        (200, true),
        (204, true),
        (299, true),
        (100, false),
        (199, false),
        (300, false),
        (304, false),
        (400, false),
        (500, false),
        (0, false),
        (-200, false),
        (2000, false),
    ] {
        let payload = format!(r#"{{"configId":"x","statusCode":{code}}}"#);
        assert_eq!(applied(&payload, Dialect::Rfc).unwrap().status_code.is_success(), success, "{code}");
    }
}

#[test]
fn failure_without_phrase_is_accepted() {
    let request = applied(r#"{"configId":"x","statusCode":500}"#, Dialect::Rfc).unwrap();
    assert_eq!(request.reason_phrase, None);
}
