use jsonschema::Validator;
use kaa_protocol::schemas;
use kaa_proves::proves;
use serde_json::{Value, json};

pub(crate) fn validator(name: &str) -> Validator {
    let schema = schemas().into_iter().find(|schema| schema.name() == name).expect("there is such a schema");
    jsonschema::validator_for(schema.as_value()).expect("it is a legal schema")
}

#[test]
fn every_client_payload_has_a_schema() {
    let names: Vec<_> = schemas().iter().map(|schema| schema.name()).collect();
    assert_eq!(
        names,
        [
            "0001-error-response",
            "0002-request",
            "0007-applied-request",
            "0007-config-request",
            "0007-config-response",
            "0010-delete-metadata-keys-request",
            "0010-get-metadata-keys-response",
            "0010-get-metadata-request",
            "0010-get-metadata-response",
            "0010-update-metadata-request",
            "0011-all-commands-response",
            "0011-command-request",
            "0011-command-response",
            "0011-result-request",
        ]
    );
}

#[test]
fn schema_is_made_from_the_type_and_says_what_a_default_is() {
    let schema = schemas().into_iter().find(|schema| schema.name() == "0007-applied-request").unwrap();
    let parsed: Value = serde_json::from_str(&schema.to_text()).unwrap();
    assert_eq!(&parsed, schema.as_value());
    assert_eq!(parsed["properties"]["statusCode"]["type"], "integer");
    assert_eq!(parsed["properties"]["statusCode"]["default"], 200);
    assert_eq!(parsed["properties"]["reasonPhrase"]["type"], "string");
    assert_eq!(parsed["required"], json!(["configId"]));
    assert_eq!(parsed["additionalProperties"], false);
}

// D-36: the drafts that the official files name, which differ in what an integer is.
#[test]
fn schema_names_the_draft_of_the_official_one() {
    for schema in schemas() {
        let is_draft_4 = schema.name().starts_with("0001") || schema.name().starts_with("0010");
        let expected = if is_draft_4 {
            "http://json-schema.org/draft-04/schema#"
        } else {
            "https://json-schema.org/draft/2020-12/schema"
        };
        assert_eq!(schema.as_value()["$schema"], expected, "{}", schema.name());
        assert!(jsonschema::meta::is_valid(schema.as_value()), "{}", schema.name());
    }
}

// D-6: there is no official file.
#[proves("CEP-009")]
#[test]
fn commands_of_all_types_have_a_type() {
    let schema = validator("0011-all-commands-response");
    for accepted in [
        json!([]),
        json!([{"type": "reboot", "id": 1}]),
        json!([{"type": "A9", "id": 1, "payload": null}, {"type": "b", "id": 1, "payload": [{}]}]),
    ] {
        assert!(schema.is_valid(&accepted), "{accepted}");
    }
    for refused in [
        json!({}),
        json!([1]),
        json!([{"id": 1}]),
        json!([{"type": "a"}]),
        json!([{"type": 1, "id": 1}]),
        json!([{"type": "", "id": 1}]),
        json!([{"type": "re-boot", "id": 1}]),
        json!([{"type": "a\n", "id": 1}]),
        json!([{"type": "a", "id": "1"}]),
        json!([{"type": "a", "id": 1, "x": 1}]),
    ] {
        assert!(!schema.is_valid(&refused), "{refused}");
    }
}

// D-5: the official file describes one result.
#[proves("CEP-018")]
#[test]
fn results_are_an_array() {
    let schema = validator("0011-result-request");
    for accepted in [
        json!([]),
        json!([{"id": 1, "statusCode": 200}]),
        json!([{"id": 1, "statusCode": 200, "reasonPhrase": "OK", "payload": null}, {"id": 2, "statusCode": 500}]),
    ] {
        assert!(schema.is_valid(&accepted), "{accepted}");
    }
    for refused in [
        json!([{"id": 1}]),
        json!([{"id": "1", "statusCode": 200}]),
        json!([{"id": 1, "statusCode": 200, "reasonPhrase": null}]),
        json!([{"id": 1, "statusCode": 200}, []]),
        json!([[{"id": 1, "statusCode": 200}]]),
    ] {
        assert!(!schema.is_valid(&refused), "{refused}");
    }
}
