use serde::Serialize;

use crate::{
    Dialect, InvalidPayload, Status, StatusCode,
    invalid_payload::Rule,
    node::{Node, to_json},
};

const RULE: Rule =
    Rule { expected: "an object of an integer statusCode and a string reasonPhrase only", requirement: "KP-027" };

/// The payload of a 1/KP error response over MQTT (KP-027; schema `0001-error-response.schema.json`).
///
/// ```json
/// {"statusCode":404,"reasonPhrase":"Not Found"}
/// ```
///
/// Extensions may use it for a success as well (KP-032).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ErrorResponse {
    /// `statusCode`: HTTP status code, any number (see [`StatusCode`]). Required.
    pub status_code: i32,
    /// `reasonPhrase`: the status in words. Required; may be empty.
    pub reason_phrase: String,
}

impl ErrorResponse {
    /// A payload from the fields of a 4/ESP ExtensionData, where the phrase may be null: HTTP's own phrase for the code
    /// takes its place (KP-028), see [`Status::from`].
    pub fn new(status_code: i32, reason_phrase: Option<String>) -> Self {
        let code = StatusCode::new(status_code);
        let reason_phrase = reason_phrase.unwrap_or_else(|| Status::from(code).reason().to_owned());
        Self { status_code, reason_phrase }
    }

    /// Reads a payload, alike in both [dialects](Dialect). Of two equal members the last one counts (decision D-39).
    ///
    /// An integer is a number without fraction and exponent, as in draft 4 of JSON Schema, which the schema names.
    ///
    /// # Errors
    ///
    /// [`InvalidPayload`] if it is not an object of the two members with their types and nothing else.
    pub fn parse(payload: &[u8]) -> Result<Self, InvalidPayload> {
        let mut members = Node::root(payload, RULE, Dialect::Rfc)?.object()?;
        let status_code = members.require("statusCode")?.number(|text| text.parse().ok())?;
        let reason_phrase = members.require("reasonPhrase")?.string()?;
        members.end()?;
        Ok(Self { status_code, reason_phrase })
    }

    /// The payload as UTF-8 JSON, without white space.
    pub fn to_json(&self) -> Vec<u8> {
        to_json(self)
    }
}

impl From<&Status> for ErrorResponse {
    fn from(status: &Status) -> Self {
        Self { status_code: status.code().as_i32(), reason_phrase: status.reason().to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use kaa_proves::proves;

    use super::*;

    #[proves("KP-027")]
    #[test]
    fn payload_is_an_object_of_two_members() {
        let response = ErrorResponse::from(&Status::not_found("Not Found"));
        assert_eq!(response.to_json(), br#"{"statusCode":404,"reasonPhrase":"Not Found"}"#);
    }

    #[proves("KP-027")]
    #[test]
    fn payload_survives_a_round_trip_whatever_the_phrase() {
        for phrase in ["", "\"quoted\" \\ \u{1}\n", "не найдено", "\u{1f525}", "{}"] {
            let response = ErrorResponse::new(-1, Some(phrase.to_owned()));
            assert_eq!(ErrorResponse::parse(&response.to_json()).unwrap(), response);
        }
    }

    #[proves("KP-027")]
    #[test]
    fn anything_else_is_refused() {
        for payload in [
            r#"{"statusCode":404}"#,
            r#"{"reasonPhrase":"x"}"#,
            r#"{"statusCode":404,"reasonPhrase":null}"#,
            r#"{"statusCode":"404","reasonPhrase":"x"}"#,
            r#"{"statusCode":404.0,"reasonPhrase":"x"}"#,
            r#"{"statusCode":2147483648,"reasonPhrase":"x"}"#,
            r#"{"statusCode":404,"reasonPhrase":"x","path":"/"}"#,
            r#"[404,"x"]"#,
            r#"{"statusCode":404,"reasonPhrase":"x"} x"#,
            "\u{feff}{\"statusCode\":404,\"reasonPhrase\":\"x\"}",
            "null",
            "",
        ] {
            let error = ErrorResponse::parse(payload.as_bytes()).unwrap_err();
            assert_eq!(error.requirement(), "KP-027", "{payload}");
        }
        ErrorResponse::parse(b"{\"statusCode\":404,\"reasonPhrase\":\"\xff\"}").unwrap_err();
    }

    #[test]
    fn error_names_the_member() {
        assert_eq!(
            ErrorResponse::parse(br#"{"statusCode":404}"#).unwrap_err().to_string(),
            "missing member at /reasonPhrase, byte 0, expected an object of an integer statusCode and a string \
             reasonPhrase only (KP-027)"
        );
    }

    // D-39
    #[test]
    fn last_of_two_equal_members_counts() {
        let response = ErrorResponse::parse(br#"{"statusCode":1,"statusCode":2,"reasonPhrase":"x"}"#).unwrap();
        assert_eq!(response.status_code, 2);
    }

    #[proves("KP-028")]
    #[test]
    fn null_phrase_is_replaced() {
        assert_eq!(ErrorResponse::new(404, None).reason_phrase, "Not Found");
        assert_eq!(ErrorResponse::new(299, None).reason_phrase, "Unknown Status");
        assert_eq!(ErrorResponse::new(404, Some("gone".to_owned())).reason_phrase, "gone");
    }
}
