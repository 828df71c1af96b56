use serde::Serialize;

use crate::{
    Dialect, InvalidPayload, StatusCode,
    integer::status_code,
    invalid_payload::Rule,
    node::{Node, to_json},
};

const RULE: Rule = Rule {
    expected: "an object of a string configId and perhaps an integer statusCode and a string reasonPhrase only",
    requirement: "CMP-031",
};

/// Reports that the endpoint has applied a configuration, or why not (7/CMP, Applied configuration request; schema
/// `0007-applied-request.schema.json`).
///
/// ```json
/// {"configId":"97016dbe8bb4adff8f754ecbf24612f2","statusCode":400,"reasonPhrase":"no such colour"}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct AppliedRequest {
    /// `configId`: the id of the configuration. Required; may be empty.
    pub config_id: String,
    /// `statusCode`: 2xx is success, anything else failure (CMP-034, CMP-035). Absent: 200 (CMP-032).
    #[cfg_attr(feature = "schema", schemars(default = "default_status_code"))]
    pub status_code: StatusCode,
    /// `reasonPhrase`: what went wrong, in words. May be absent, even from a failure (CMP-036).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason_phrase: Option<String>,
}

impl AppliedRequest {
    /// Success: 200.
    pub fn new(config_id: impl Into<String>) -> Self {
        Self { config_id: config_id.into(), status_code: default_status_code(), reason_phrase: None }
    }

    /// Sets the status: see [`StatusCode::is_success`].
    #[must_use]
    pub fn with_status_code(self, status_code: StatusCode) -> Self {
        Self { status_code, ..self }
    }

    /// Adds what went wrong, in words.
    #[must_use]
    pub fn with_reason_phrase(self, reason_phrase: impl Into<String>) -> Self {
        Self { reason_phrase: Some(reason_phrase.into()), ..self }
    }

    /// Reads a payload.
    ///
    /// [`Dialect::Platform`] lets in unknown members and a `reasonPhrase` of null, which counts as absent;
    /// [`Dialect::Rfc`] refuses both. A status code is an integer of 32 bits, however it is written; the schema file
    /// would let in 200.5 as well, which is no status of HTTP (CMP-033).
    ///
    /// # Errors
    ///
    /// [`InvalidPayload`] (CMP-031) if it is not a JSON object of these members with their types.
    pub fn parse(payload: &[u8], dialect: Dialect) -> Result<Self, InvalidPayload> {
        let mut members = Node::root(payload, RULE, dialect)?.object()?;
        let config_id = members.require("configId")?.string()?;
        let status_code = members.take("statusCode").map(|node| node.number(status_code)).transpose()?;
        let reason_phrase = members.reason_phrase()?;
        members.end()?;
        Ok(Self { config_id, status_code: status_code.unwrap_or_else(default_status_code), reason_phrase })
    }

    /// The payload as UTF-8 JSON, without white space.
    pub fn to_json(&self) -> Vec<u8> {
        to_json(self)
    }
}

fn default_status_code() -> StatusCode {
    StatusCode::OK
}
