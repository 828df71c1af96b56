use serde::Serialize;

use crate::{
    Dialect, InvalidPayload, Json, StatusCode,
    integer::{integer, status_code},
    invalid_payload::Rule,
    node::{Node, to_json},
};

const RULE: Rule = Rule {
    expected: "an array of objects of an integer id, an integer statusCode and perhaps a string reasonPhrase and a \
               payload of any type only",
    requirement: "CEP-018",
};

/// Reports the results of commands of the type in the resource path (11/CEP, Result request; schema
/// `0011-result-request.schema.json`).
///
/// ```json
/// [{"id":1,"statusCode":200,"reasonPhrase":"OK","payload":"done"},{"id":2,"statusCode":500}]
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
#[non_exhaustive]
pub struct ResultRequest<'a> {
    /// The results (CEP-019). May be empty.
    pub results: Vec<CommandResult<'a>>,
}

/// How a command ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CommandResult<'a> {
    /// `id`: that of the command. Required.
    pub id: i64,
    /// `statusCode`: HTTP status code; any completes the command (CEP-021). Required.
    pub status_code: StatusCode,
    /// `reasonPhrase`: the status in words. May be absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason_phrase: Option<String>,
    /// `payload`: what the caller gets, any JSON value. May be absent, which is not the same as null.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payload: Option<Json<'a>>,
}

impl<'a> ResultRequest<'a> {
    /// A request of these results.
    pub fn new(results: impl IntoIterator<Item = CommandResult<'a>>) -> Self {
        Self { results: results.into_iter().collect() }
    }

    /// Reads a payload; the payloads of results borrow from it.
    ///
    /// A bare object is an array of one in both dialects, because the schema file and the text of the RFC disagree
    /// (decision D-5). [`Dialect::Platform`] lets in unknown members and a `reasonPhrase` of null, which counts as
    /// absent; [`Dialect::Rfc`] refuses both. An id is an integer of 64 bits and a status code one of 32, however they
    /// are written.
    ///
    /// # Errors
    ///
    /// [`InvalidPayload`] (CEP-018) if it is neither a JSON array of such results nor one of them, or if a payload
    /// nests deeper than [`Json::MAX_DEPTH`].
    pub fn parse(payload: &'a [u8], dialect: Dialect) -> Result<Self, InvalidPayload> {
        let node = Node::root(payload, RULE, dialect)?;
        if node.is_object() {
            return Ok(Self { results: vec![CommandResult::read(node)?] });
        }
        Ok(Self { results: node.array()?.map(CommandResult::read).collect::<Result<_, _>>()? })
    }

    /// The payload as UTF-8 JSON, without white space: always an array.
    pub fn to_json(&self) -> Vec<u8> {
        to_json(self)
    }
}

impl<'a> CommandResult<'a> {
    /// A result without phrase and payload.
    pub fn new(id: i64, status_code: StatusCode) -> Self {
        Self { id, status_code, reason_phrase: None, payload: None }
    }

    /// Adds the status in words.
    #[must_use]
    pub fn with_reason_phrase(self, reason_phrase: impl Into<String>) -> Self {
        Self { reason_phrase: Some(reason_phrase.into()), ..self }
    }

    /// Adds what the caller gets.
    #[must_use]
    pub fn with_payload(self, payload: Json<'a>) -> Self {
        Self { payload: Some(payload), ..self }
    }

    fn read(node: Node<'a>) -> Result<Self, InvalidPayload> {
        let mut members = node.object()?;
        let id = members.require("id")?.number(integer)?;
        let status_code = members.require("statusCode")?.number(status_code)?;
        let reason_phrase = members.reason_phrase()?;
        let payload = members.take("payload").map(|node| node.json()).transpose()?;
        members.end()?;
        Ok(Self { id, status_code, reason_phrase, payload })
    }
}

/// An array of results, or one of them by itself.
#[cfg(feature = "schema")]
impl schemars::JsonSchema for ResultRequest<'_> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ResultRequest".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "The results of commands, or a single one.",
            "anyOf": [Vec::<CommandResult<'_>>::json_schema(generator), CommandResult::json_schema(generator)],
        })
    }
}
