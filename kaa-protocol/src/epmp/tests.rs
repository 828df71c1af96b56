use kaa_proves::proves;

use super::*;
use crate::{Dialect, InvalidPayload, Json, MetadataKey, Status};

const BOTH: [Dialect; 2] = [Dialect::Platform, Dialect::Rfc];

const ILLEGAL_KEYS: [&str; 6] = ["", "a-b", "a b", "é", "a\\n", "a.b"];

fn key(text: &str) -> MetadataKey {
    MetadataKey::parse(text).unwrap()
}

fn get(payload: &str, dialect: Dialect) -> Result<GetRequest, InvalidPayload> {
    GetRequest::parse(payload.as_bytes(), dialect)
}

fn update(payload: &str, dialect: Dialect) -> Result<UpdateRequest<'_>, InvalidPayload> {
    UpdateRequest::parse(payload.as_bytes(), dialect)
}

fn delete(payload: &str, dialect: Dialect) -> Result<DeleteKeysRequest, InvalidPayload> {
    DeleteKeysRequest::parse(payload.as_bytes(), dialect)
}

#[proves("EPMP-014", "EPMP-020", "EPMP-029", "EPMP-037", "EPMP-043")]
#[test]
fn resources_have_their_paths() {
    for (path, resource) in [
        ("/get", Resource::Get),
        ("/get/keys", Resource::GetKeys),
        ("/update", Resource::Update),
        ("/update/keys", Resource::UpdateKeys),
        ("/delete/keys", Resource::DeleteKeys),
    ] {
        assert_eq!(Resource::parse(path), Some(resource));
        assert_eq!(resource.to_string(), path);
    }
    for path in
        ["", "/", "get", "/GET", "/get/", "/get/keys/x", "/keys", "/delete", "/delete/keys/", "//get", "/get/json"]
    {
        assert_eq!(Resource::parse(path), None, "{path}");
    }
}

#[proves("EPMP-008")]
#[test]
fn illegal_key_is_refused_everywhere() {
    for dialect in BOTH {
        for text in ILLEGAL_KEYS {
            get(&format!(r#"{{"keys":["a","{text}"]}}"#), dialect).unwrap_err();
            update(&format!(r#"{{"a":1,"{text}":1}}"#), dialect).unwrap_err();
            delete(&format!(r#"["a","{text}"]"#), dialect).unwrap_err();
            GetResponse::parse(format!(r#"{{"a":1,"{text}":1}}"#).as_bytes(), dialect).unwrap_err();
            KeysResponse::parse(format!(r#"["a","{text}"]"#).as_bytes(), dialect).unwrap_err();
        }
    }
    assert_eq!(
        Status::from(update(r#"{"a":1,"a/b":2}"#, Dialect::Rfc).unwrap_err()).to_string(),
        "400 illegal key at /a~1b, byte 13, expected an object of at least one member, named by metadata keys \
         (EPMP-030)"
    );
}

#[proves("EPMP-009")]
#[test]
fn keys_are_case_sensitive() {
    assert_eq!(get(r#"{"keys":["Name","name"]}"#, Dialect::Rfc).unwrap(), GetRequest::new([key("name"), key("Name")]));
    assert_eq!(update(r#"{"Name":1,"name":2}"#, Dialect::Rfc).unwrap().metadata().len(), 2);
}

// D-39
#[test]
fn last_of_two_equal_keys_counts() {
    let request = update(r#"{"a":1,"a":2}"#, Dialect::Rfc).unwrap().into_metadata();
    assert!(request.into_iter().eq([(key("a"), Json::new(&2).unwrap())]));
}

#[proves("EPMP-011")]
#[test]
fn value_is_any_json_value_byte_for_byte() {
    let payload = r#"{"a":{"y" : 1,"x":[]},"b":[1.0],"c":"\u00e9","d":12345678901234567890.10,"e":true,"f":null}"#;
    for dialect in BOTH {
        assert_eq!(update(payload, dialect).unwrap().to_json(), payload.as_bytes());
        let response = GetResponse::parse(payload.as_bytes(), dialect).unwrap();
        assert_eq!(response.metadata["f"], Json::NULL);
        assert_eq!(response.to_json(), payload.as_bytes());
    }
}

#[test]
fn value_nests_at_most_127_deep() {
    let payload = |depth| format!(r#"{{"a":{}{}}}"#, "[".repeat(depth), "]".repeat(depth));
    update(&payload(Json::MAX_DEPTH), Dialect::Rfc).unwrap();
    for depth in [Json::MAX_DEPTH + 1, 100_000] {
        let payload = payload(depth);
        let error = update(&payload, Dialect::Platform).unwrap_err();
        assert_eq!((error.pointer(), error.offset()), ("/a", Some(5)));
    }
}

#[proves("EPMP-017")]
#[test]
fn keys_response_is_an_array_of_distinct_keys() {
    for dialect in BOTH {
        assert_eq!(KeysResponse::parse(b"[]", dialect).unwrap(), KeysResponse::default());
        assert_eq!(KeysResponse::parse(br#"["b","a"]"#, dialect).unwrap(), KeysResponse::new([key("a"), key("b")]));
        for payload in ["", "{}", "null", r#""a""#, "[1]", r#"["a","a"]"#, r#"["a","\u0061"]"#, r#"[["a"]]"#] {
            let error = KeysResponse::parse(payload.as_bytes(), dialect).unwrap_err();
            assert_eq!(error.requirement(), "EPMP-017", "{payload}");
        }
    }
    assert_eq!(KeysResponse::default().to_json(), b"[]");
    assert_eq!(KeysResponse::new([key("b"), key("a")]).to_json(), br#"["a","b"]"#);
}

#[proves("EPMP-021")]
#[test]
fn get_request_names_distinct_keys_or_nothing() {
    for dialect in BOTH {
        assert_eq!(get(r#"{"keys":["a_B9"]}"#, dialect).unwrap(), GetRequest::new([key("a_B9")]));
        for (payload, pointer) in [
            (r#"{"keys":["a","a"]}"#, "/keys/1"),
            (r#"{"keys":["a-b"]}"#, "/keys/0"),
            (r#"{"keys":[1]}"#, "/keys/0"),
            (r#"{"keys":"a"}"#, "/keys"),
            (r#"{"keys":null}"#, "/keys"),
            ("[]", ""),
            ("null", ""),
            (" ", ""),
        ] {
            let error = get(payload, dialect).unwrap_err();
            assert_eq!((error.requirement(), error.pointer()), ("EPMP-021", pointer), "{payload}");
        }
    }
}

// decisions.md: extra or null members
#[proves("EPMP-021")]
#[test]
fn unknown_member_is_let_in_by_platform_only() {
    assert_eq!(get(r#"{"x":1}"#, Dialect::Platform).unwrap(), GetRequest::default());
    assert_eq!(get(r#"{"x":1}"#, Dialect::Rfc).unwrap_err().pointer(), "/x");
}

// The last one: D-26
#[proves("EPMP-022", "EPMP-023", "EPMP-024")]
#[test]
fn empty_payload_empty_object_and_no_keys_are_everything_kaa_unverified() {
    for dialect in BOTH {
        for payload in ["", "{}", r#"{"keys":[]}"#] {
            assert!(get(payload, dialect).unwrap().keys.is_empty(), "{payload}");
        }
    }
    assert_eq!(GetRequest::default().to_json(), b"{}");
    assert_eq!(GetRequest::new([key("b"), key("a")]).to_json(), br#"{"keys":["a","b"]}"#);
}

#[proves("EPMP-012", "EPMP-028")]
#[test]
fn get_response_is_an_object() {
    for dialect in BOTH {
        assert_eq!(GetResponse::parse(b"{}", dialect).unwrap(), GetResponse::default());
        for payload in ["", "[]", "null", "1"] {
            let error = GetResponse::parse(payload.as_bytes(), dialect).unwrap_err();
            assert_eq!(error.requirement(), "EPMP-028", "{payload}");
        }
    }
    assert_eq!(GetResponse::default().to_json(), b"{}");
    assert_eq!(GetResponse::new([(key("a"), Json::NULL)]).to_json(), br#"{"a":null}"#);
}

#[proves("EPMP-030", "EPMP-038")]
#[test]
fn update_request_is_an_object_of_at_least_one_member() {
    for dialect in BOTH {
        let request = UpdateRequest::new([(key("a"), Json::new("x").unwrap())]).unwrap();
        assert_eq!(update(r#"{"a":"x"}"#, dialect).unwrap(), request);
        for payload in ["{}", "[]", "", "null", r#"{"a-b":1}"#, r#"[{"a":1}]"#] {
            assert_eq!(update(payload, dialect).unwrap_err().requirement(), "EPMP-030", "{payload}");
        }
    }
    assert_eq!(
        UpdateRequest::new([]).unwrap_err().to_string(),
        "no member, expected an object of at least one member, named by metadata keys (EPMP-030)"
    );
}

#[proves("EPMP-011")]
#[test]
fn null_is_a_value() {
    assert_eq!(update(r#"{"b":null}"#, Dialect::Rfc).unwrap().metadata()["b"], Json::NULL);
}

#[proves("EPMP-044")]
#[test]
fn delete_request_is_an_array_of_at_least_one_distinct_key() {
    for dialect in BOTH {
        let request = delete(r#"["b","a"]"#, dialect).unwrap();
        assert_eq!(request, DeleteKeysRequest::new([key("a"), key("b")]).unwrap());
        assert_eq!(request.to_json(), br#"["a","b"]"#);
        assert!(request.keys().iter().eq(&request.clone().into_keys()));
        for payload in ["[]", r#"["a","a"]"#, "{}", r#"{"keys":["a"]}"#, r#""a""#, "", "null", "[null]"] {
            assert_eq!(delete(payload, dialect).unwrap_err().requirement(), "EPMP-044", "{payload}");
        }
    }
    assert_eq!(
        DeleteKeysRequest::new([]).unwrap_err().to_string(),
        "no key, expected an array of at least one metadata key, all distinct (EPMP-044)"
    );
}
