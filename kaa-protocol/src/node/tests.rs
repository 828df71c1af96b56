use super::*;

const RULE: Rule = Rule { expected: "something else", requirement: "KP-000" };

fn root(payload: &str) -> Node<'_> {
    Node::root(payload.as_bytes(), RULE, Dialect::Rfc).unwrap()
}

#[test]
fn error_points_at_the_value_and_its_byte() {
    let payload = " {\"list\": [ 1, {\"a/b~\": true}]}";
    let node = root(payload).object().unwrap().take("list").unwrap().array().unwrap().nth(1).unwrap();
    assert_eq!(node.broken("x").pointer(), "/list/1");
    assert_eq!(node.broken("x").offset(), payload.find("{\"a"));
    let error = node.object().unwrap().end().unwrap_err();
    assert_eq!(error.pointer(), "/list/1/a~1b~0");
    assert_eq!(error.offset(), payload.find("true"));
    assert_eq!(error.to_string(), "unknown member at /list/1/a~1b~0, byte 24, expected something else (KP-000)");
}

#[test]
fn missing_member_has_the_pointer_it_would_have() {
    let error = root("[{}]").array().unwrap().next().unwrap().object().unwrap().require("id").err().unwrap();
    assert_eq!((error.pointer(), error.offset()), ("/0/id", Some(1)));
}

#[test]
fn long_name_is_cut_in_a_pointer() {
    let pointer_to = |name: &str| {
        let payload = format!(r#"{{"{name}":1}}"#);
        root(&payload).object().unwrap().end().unwrap_err().pointer().to_owned()
    };
    assert_eq!(pointer_to(&"é".repeat(64)), format!("/{}", "é".repeat(64)));
    assert_eq!(pointer_to(&"é".repeat(65)), format!("/{}…", "é".repeat(64)));
}

// D-39
#[test]
fn last_of_two_equal_members_counts() {
    let mut members = root(r#"{"a":1,"\u0061":2}"#).object().unwrap();
    assert_eq!(members.take("a").unwrap().json().unwrap().as_str(), "2");
    members.end().unwrap();
}

#[test]
fn value_of_another_type_is_refused() {
    for json in ["null", "1", "\"1\"", "true", "[]", "{}", "[1]"] {
        let node = || root(json);
        assert_eq!(node().object().is_ok(), json.starts_with('{'), "{json}");
        assert_eq!(node().array().is_ok(), json.starts_with('['), "{json}");
        assert_eq!(node().string().is_ok(), json == "\"1\"", "{json}");
        assert_eq!(node().boolean().is_ok(), json == "true", "{json}");
        assert_eq!(node().number(|text| Some(text.len())).is_ok(), json == "1", "{json}");
        assert_eq!(node().json().unwrap().as_str(), json);
    }
}

#[test]
fn half_a_surrogate_pair_is_no_text() {
    root(r#""\ud800""#).string().unwrap_err();
    assert!(root(r#"{"\ud800":1}"#).object().is_err());
    assert_eq!(root(r#""\ud83d\ude00""#).string().unwrap(), "😀");
}

#[test]
fn hostile_nesting_is_an_error_and_no_stack_overflow() {
    let depth = 100_000;
    let deep = "[".repeat(depth) + &"]".repeat(depth);
    assert!(root(&deep).object().is_err());
    root(&deep).string().unwrap_err();
    root(&deep).boolean().unwrap_err();
    root(&deep).json().unwrap_err();
    assert!(root(&deep).keys().is_err());
    let payload = format!(r#"{{"a":{deep}}}"#);
    let error = root(&payload).object().unwrap().metadata().unwrap_err();
    assert_eq!(error.to_string(), "too deep a value at /a, byte 5, expected something else (KP-000)");
}

#[test]
fn platform_lets_in_unknown_members_however_deep() {
    let depth = 100_000;
    let payload = format!(r#"{{"a":{}{}}}"#, "[".repeat(depth), "]".repeat(depth));
    Node::root(payload.as_bytes(), RULE, Dialect::Platform).unwrap().object().unwrap().end().unwrap();
}
