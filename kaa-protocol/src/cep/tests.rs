use kaa_proves::proves;

use super::*;
use crate::{Awareness, CommandType, Dialect, InvalidPayload, Json, Status, StatusCode, Topic};

const BOTH: [Dialect; 2] = [Dialect::Platform, Dialect::Rfc];

fn command_type(text: &str) -> CommandType {
    CommandType::parse(text).unwrap()
}

fn json(text: &str) -> Json<'_> {
    Json::parse(text.as_bytes()).unwrap()
}

fn request(payload: &str, dialect: Dialect) -> Result<CommandRequest, InvalidPayload> {
    CommandRequest::parse(payload.as_bytes(), dialect)
}

fn commands(payload: &str, dialect: Dialect) -> Result<Vec<Command<'_>>, InvalidPayload> {
    CommandResponse::parse(payload.as_bytes(), dialect).map(|response| response.commands)
}

fn typed_commands(payload: &str, dialect: Dialect) -> Result<Vec<TypedCommand<'_>>, InvalidPayload> {
    AllCommandsResponse::parse(payload.as_bytes(), dialect).map(|response| response.commands)
}

fn results(payload: &str, dialect: Dialect) -> Result<Vec<CommandResult<'_>>, InvalidPayload> {
    ResultRequest::parse(payload.as_bytes(), dialect).map(|request| request.results)
}

#[proves("CEP-001")]
#[test]
fn resources_have_a_command_type() {
    for dialect in BOTH {
        for (path, resource) in [
            ("/command/reboot", Resource::Command(command_type("reboot"))),
            ("/result/reboot", Resource::Result(command_type("reboot"))),
            ("/command/status", Resource::Command(command_type("status"))),
        ] {
            assert_eq!(Resource::parse(path, dialect).as_ref(), Some(&resource));
            assert_eq!(resource.to_string(), path);
            assert!(path.ends_with(resource.command_type().unwrap().as_str()));
        }
        for path in
            ["", "/", "/result", "command/a", "/COMMAND/a", "/command/a/b", "//command/a", "/results/a", "/commands"]
        {
            assert_eq!(Resource::parse(path, dialect), None, "{path}");
        }
    }
}

#[proves("CEP-002")]
#[test]
fn command_type_is_alphanumeric() {
    for path in ["/command/reboot2", "/result/A", "/command/42"] {
        assert_eq!(Resource::parse(path, Dialect::Rfc).unwrap().to_string(), path);
    }
    for path in ["/command/re-boot", "/command/re_boot", "/command/re boot", "/command/", "/result/é"] {
        assert_eq!(Resource::parse(path, Dialect::Rfc), None, "{path}");
    }
}

// Kaa's own samples have close-door and OUTPUT_SWITCH.
#[test]
fn platform_has_hyphens_and_underscores() {
    for path in ["/command/close-door", "/result/OUTPUT_SWITCH"] {
        assert_eq!(Resource::parse(path, Dialect::Platform).unwrap().to_string(), path);
    }
    for path in ["/command/re boot", "/command/re.boot", "/command/", "/result/é", "/result/a+b"] {
        assert_eq!(Resource::parse(path, Dialect::Platform), None, "{path}");
    }
}

// D-20
#[proves("CEP-002")]
#[test]
fn command_type_of_digits_needs_a_request_id_behind_it() {
    let parse = |text| {
        let topic = Topic::parse(text, Awareness::Aware).unwrap();
        (Resource::parse(topic.resource_path(), Dialect::Rfc).unwrap(), topic.request_id().map(i32::from))
    };
    assert_eq!(parse("kp1/a/cex/t/command/42"), (Resource::AllCommands, Some(42)));
    assert_eq!(parse("kp1/a/cex/t/command/42/7"), (Resource::Command(command_type("42")), Some(7)));
}

#[proves("CEP-004")]
#[test]
fn request_has_one_optional_member() {
    for dialect in BOTH {
        assert_eq!(request("{}", dialect).unwrap(), CommandRequest::new());
        for observe in [true, false] {
            let expected = CommandRequest::new().with_observe(observe);
            assert_eq!(request(&format!(r#"{{"observe":{observe}}}"#), dialect).unwrap(), expected);
            assert_eq!(expected.to_json(), format!(r#"{{"observe":{observe}}}"#).as_bytes());
        }
        for payload in [r#"{"observe":1}"#, r#"{"observe":null}"#, "[]", "", "null", "true"] {
            assert_eq!(request(payload, dialect).unwrap_err().requirement(), "CEP-004", "{payload}");
        }
    }
    assert_eq!(CommandRequest::new().to_json(), b"{}");
}

// decisions.md: extra or null members
#[proves("CEP-004")]
#[test]
fn unknown_member_of_a_request_is_let_in_by_platform_only() {
    assert_eq!(request(r#"{"x":1}"#, Dialect::Platform).unwrap(), CommandRequest::new());
    assert_eq!(request(r#"{"x":1}"#, Dialect::Rfc).unwrap_err().pointer(), "/x");
}

#[proves("CEP-008")]
#[test]
fn resource_for_all_types_has_no_type() {
    for dialect in BOTH {
        assert_eq!(Resource::parse("/command", dialect), Some(Resource::AllCommands));
    }
    assert_eq!(Resource::AllCommands.to_string(), "/command");
    assert_eq!(Resource::AllCommands.command_type(), None);
}

// D-6
#[proves("CEP-009")]
#[test]
fn command_of_all_types_has_its_type() {
    let payload = r#"[{"type":"reboot","id":1,"payload":{"delay":5}},{"type":"blink","id":1}]"#;
    let expected = [
        TypedCommand::new(command_type("reboot"), 1).with_payload(json(r#"{"delay":5}"#)),
        TypedCommand::new(command_type("blink"), 1),
    ];
    assert_eq!(AllCommandsResponse::new(expected.clone()).to_json(), payload.as_bytes());
    for dialect in BOTH {
        assert_eq!(typed_commands(payload, dialect).unwrap(), expected);
        for (payload, pointer) in [
            (r#"[{"id":1}]"#, "/0/type"),
            (r#"[{"type":1,"id":1}]"#, "/0/type"),
            (r#"[{"type":"","id":1}]"#, "/0/type"),
            (r#"[{"type":"a","id":1},{"type":"b"}]"#, "/1/id"),
            ("{}", ""),
        ] {
            let error = typed_commands(payload, dialect).unwrap_err();
            assert_eq!((error.requirement(), error.pointer()), ("CEP-009", pointer), "{payload}");
        }
    }
    let payload = r#"[{"type":"re-boot","id":1}]"#;
    typed_commands(payload, Dialect::Platform).unwrap();
    assert_eq!(typed_commands(payload, Dialect::Rfc).unwrap_err().pointer(), "/0/type");
}

#[proves("CEP-011")]
#[test]
fn response_is_an_array_of_id_and_payload() {
    let payload = r#"[{"id":1,"payload":{"b" : 1.0}},{"id":2},{"id":-3,"payload":null}]"#;
    let expected = [
        Command::new(1).with_payload(json(r#"{"b" : 1.0}"#)),
        Command::new(2),
        Command::new(-3).with_payload(Json::NULL),
    ];
    assert_eq!(CommandResponse::new(expected.clone()).to_json(), payload.as_bytes());
    for dialect in BOTH {
        assert_eq!(commands(payload, dialect).unwrap(), expected);
        for (payload, pointer) in [
            ("[{}]", "/0/id"),
            (r#"[{"id":1},{"id":"1"}]"#, "/1/id"),
            (r#"[{"id":null}]"#, "/0/id"),
            (r#"[{"id":1.5}]"#, "/0/id"),
            (r#"[{"id":9223372036854775808}]"#, "/0/id"),
            ("[[]]", "/0"),
            (r#"{"id":1}"#, ""),
            ("null", ""),
            ("", ""),
        ] {
            let error = commands(payload, dialect).unwrap_err();
            assert_eq!((error.requirement(), error.pointer()), ("CEP-011", pointer), "{payload}");
        }
    }
}

#[proves("CEP-011")]
#[test]
fn id_is_an_integer_however_it_is_written() {
    let ids = commands(r#"[{"id":1.0},{"id":1e1},{"id":9007199254740993}]"#, Dialect::Rfc).unwrap();
    assert!(ids.iter().map(|command| command.id).eq([1, 10, 9_007_199_254_740_993]));
}

// decisions.md: extra or null members
#[proves("CEP-011")]
#[test]
fn unknown_member_of_a_command_is_let_in_by_platform_only() {
    let payload = r#"[{"id":1,"type":"a"}]"#;
    assert_eq!(commands(payload, Dialect::Platform).unwrap(), [Command::new(1)]);
    assert_eq!(commands(payload, Dialect::Rfc).unwrap_err().pointer(), "/0/type");
}

#[proves("CEP-014")]
#[test]
fn nothing_outstanding_is_an_empty_array() {
    assert_eq!(CommandResponse::default().to_json(), b"[]");
    assert_eq!(AllCommandsResponse::default().to_json(), b"[]");
    for dialect in BOTH {
        assert!(commands("[]", dialect).unwrap().is_empty());
        assert!(typed_commands("[]", dialect).unwrap().is_empty());
    }
}

#[proves("CEP-018", "CEP-019")]
#[test]
fn result_request_is_an_array_of_results() {
    let payload = r#"[{"id":1,"statusCode":200,"reasonPhrase":"OK","payload":"done"},{"id":2,"statusCode":500}]"#;
    let expected = [
        CommandResult::new(1, StatusCode::OK).with_reason_phrase("OK").with_payload(json(r#""done""#)),
        CommandResult::new(2, StatusCode::INTERNAL_SERVER_ERROR),
    ];
    assert_eq!(ResultRequest::new(expected.clone()).to_json(), payload.as_bytes());
    for dialect in BOTH {
        assert_eq!(results(payload, dialect).unwrap(), expected);
        assert!(results("[]", dialect).unwrap().is_empty());
        for (payload, pointer) in [
            (r#"[{"id":1}]"#, "/0/statusCode"),
            (r#"[{"statusCode":200}]"#, "/0/id"),
            (r#"[{"id":"1","statusCode":200}]"#, "/0/id"),
            (r#"[{"id":1,"statusCode":"200"}]"#, "/0/statusCode"),
            (r#"[{"id":1,"statusCode":200.5}]"#, "/0/statusCode"),
            (r#"[{"id":1,"statusCode":200,"reasonPhrase":1}]"#, "/0/reasonPhrase"),
            (r#"[{"id":1,"statusCode":200},1]"#, "/1"),
            (r#"[[{"id":1,"statusCode":200}]]"#, "/0"),
            ("1", ""),
            ("null", ""),
            ("", ""),
        ] {
            let error = results(payload, dialect).unwrap_err();
            assert_eq!((error.requirement(), error.pointer()), ("CEP-018", pointer), "{payload}");
        }
    }
}

// D-5
#[proves("CEP-018")]
#[test]
fn bare_object_is_an_array_of_one_kaa_unverified() {
    for dialect in BOTH {
        let expected = [CommandResult::new(1, StatusCode::OK)];
        assert_eq!(results(r#" {"id":1,"statusCode":200}"#, dialect).unwrap(), expected);
        assert_eq!(results(r#"{"id":1}"#, dialect).unwrap_err().pointer(), "/statusCode");
    }
}

// decisions.md: extra or null members
#[proves("CEP-018")]
#[test]
fn unknown_member_and_phrase_of_null_are_let_in_by_platform_only() {
    for (payload, pointer) in [
        (r#"[{"id":1,"statusCode":200,"command":"reboot"}]"#, "/0/command"),
        (r#"[{"id":1,"statusCode":200,"reasonPhrase":null}]"#, "/0/reasonPhrase"),
    ] {
        assert_eq!(results(payload, Dialect::Platform).unwrap(), [CommandResult::new(1, StatusCode::OK)]);
        assert_eq!(results(payload, Dialect::Rfc).unwrap_err().pointer(), pointer);
    }
}

#[test]
fn payload_nests_at_most_127_deep() {
    let payload =
        |depth| format!(r#"[{{"id":1,"statusCode":1,"payload":{}{}}}]"#, "[".repeat(depth), "]".repeat(depth));
    results(&payload(Json::MAX_DEPTH), Dialect::Rfc).unwrap();
    for depth in [Json::MAX_DEPTH + 1, 100_000] {
        assert_eq!(results(&payload(depth), Dialect::Platform).unwrap_err().pointer(), "/0/payload");
    }
}

#[test]
fn any_status_code_is_a_result() {
    for code in [200, 409, 500, 0, -1, 1000, i32::MAX] {
        let payload = format!(r#"[{{"id":1,"statusCode":{code}}}]"#);
        assert_eq!(results(&payload, Dialect::Rfc).unwrap()[0].status_code, StatusCode::new(code));
    }
}

// D-28
#[proves("KP-032", "CEP-023")]
#[test]
fn result_response_has_the_error_format_of_1_kp_kaa_unverified() {
    let success = ResultResponse::new(StatusCode::OK.as_i32(), None);
    assert_eq!(success.to_json(), br#"{"statusCode":200,"reasonPhrase":"OK"}"#);
    assert_eq!(ResultResponse::parse(&success.to_json()).unwrap(), success);
    let failure = ResultResponse::from(&Status::not_found("no such command"));
    assert_eq!(failure.to_json(), br#"{"statusCode":404,"reasonPhrase":"no such command"}"#);
}
