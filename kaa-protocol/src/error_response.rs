use serde_json::{Map, Value};

use crate::{InvalidPayload, Status, StatusCode, invalid_payload::Rule};

const RULE: Rule =
    Rule { expected: "an object of an integer statusCode and a string reasonPhrase only", requirement: "KP-027" };

/// The payload of a 1/KP error response over MQTT (KP-027; schema `0001-error-response.schema.json`).
///
/// ```json
/// {"statusCode":404,"reasonPhrase":"Not Found"}
/// ```
///
/// Extensions may use it for a success as well (KP-032).
#[derive(Clone, Debug, PartialEq, Eq)]
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

    /// Reads a payload. Of two equal members the last one counts (decision D-39).
    ///
    /// # Errors
    ///
    /// [`InvalidPayload`] if it is not an object of the two members with their types and nothing else.
    pub fn parse(payload: &[u8]) -> Result<Self, InvalidPayload> {
        let mut members: Map<String, Value> = RULE.json(RULE.utf8(payload)?)?;
        let code = members.remove("statusCode").and_then(|code| i32::try_from(code.as_i64()?).ok());
        let Some(status_code) = code else {
            return Err(RULE.broken("statusCode missing or no 32 bit integer", None));
        };
        let Some(Value::String(reason_phrase)) = members.remove("reasonPhrase") else {
            return Err(RULE.broken("reasonPhrase missing or no string", None));
        };
        if !members.is_empty() {
            return Err(RULE.broken("unknown member", None));
        }
        Ok(Self { status_code, reason_phrase })
    }

    /// The payload as UTF-8 JSON, without white space.
    pub fn to_json(&self) -> Vec<u8> {
        let reason_phrase = Value::from(self.reason_phrase.as_str());
        format!(r#"{{"statusCode":{},"reasonPhrase":{reason_phrase}}}"#, self.status_code).into_bytes()
    }
}

impl From<&Status> for ErrorResponse {
    fn from(status: &Status) -> Self {
        Self { status_code: status.code().as_i32(), reason_phrase: status.reason().to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kp_027_payload_is_an_object_of_two_members() {
        let response = ErrorResponse::from(&Status::not_found("Not Found"));
        assert_eq!(response.to_json(), br#"{"statusCode":404,"reasonPhrase":"Not Found"}"#);
    }

    #[test]
    fn kp_027_payload_survives_a_round_trip_whatever_the_phrase() {
        for phrase in ["", "\"quoted\" \\ \u{1}\n", "не найдено", "\u{1f525}", "{}"] {
            let response = ErrorResponse::new(-1, Some(phrase.to_owned()));
            assert_eq!(ErrorResponse::parse(&response.to_json()).unwrap(), response);
        }
    }

    #[test]
    fn kp_027_anything_else_is_refused() {
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
            "reasonPhrase missing or no string, expected an object of an integer statusCode and a string reasonPhrase \
             only (KP-027)"
        );
    }

    // D-39
    #[test]
    fn last_of_two_equal_members_counts() {
        let response = ErrorResponse::parse(br#"{"statusCode":1,"statusCode":2,"reasonPhrase":"x"}"#).unwrap();
        assert_eq!(response.status_code, 2);
    }

    #[test]
    fn kp_028_null_phrase_is_replaced() {
        assert_eq!(ErrorResponse::new(404, None).reason_phrase, "Not Found");
        assert_eq!(ErrorResponse::new(299, None).reason_phrase, "Unknown Status");
        assert_eq!(ErrorResponse::new(404, Some("gone".to_owned())).reason_phrase, "gone");
    }
}
