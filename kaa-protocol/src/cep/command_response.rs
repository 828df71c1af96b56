use serde::Serialize;

use crate::{
    Dialect, InvalidPayload, Json,
    integer::integer,
    invalid_payload::Rule,
    node::{Node, to_json},
};

const RULE: Rule = Rule {
    expected: "an array of objects of an integer id and perhaps a payload of any type only",
    requirement: "CEP-011",
};

/// Commands of the type in the resource path (11/CEP, Command response; schema `0011-command-response.schema.json`).
///
/// ```json
/// [{"id":1,"payload":{"delay":5}},{"id":2}]
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CommandResponse<'a> {
    /// The commands. None is outstanding: empty (CEP-014).
    pub commands: Vec<Command<'a>>,
}

/// A command; its type is that of the resource path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Command<'a> {
    /// `id`: unique within endpoint and command type (CEP-013). Required. 0 is legal, but official clients lose it.
    pub id: i64,
    /// `payload`: what the command needs, any JSON value. May be absent, which is not the same as null.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payload: Option<Json<'a>>,
}

impl<'a> CommandResponse<'a> {
    /// A response of these commands.
    pub fn new(commands: impl IntoIterator<Item = Command<'a>>) -> Self {
        Self { commands: commands.into_iter().collect() }
    }

    /// Reads a payload; the payloads of commands borrow from it.
    ///
    /// Unknown members are let in by [`Dialect::Platform`], refused by [`Dialect::Rfc`]. An id is an integer of 64
    /// bits, however it is written.
    ///
    /// # Errors
    ///
    /// [`InvalidPayload`] (CEP-011) if it is not a JSON array of such commands, or if a payload nests deeper than
    /// [`Json::MAX_DEPTH`].
    pub fn parse(payload: &'a [u8], dialect: Dialect) -> Result<Self, InvalidPayload> {
        let commands = Node::root(payload, RULE, dialect)?.array()?.map(Command::read).collect::<Result<_, _>>()?;
        Ok(Self { commands })
    }

    /// The payload as UTF-8 JSON, without white space.
    pub fn to_json(&self) -> Vec<u8> {
        to_json(self)
    }
}

impl<'a> Command<'a> {
    /// A command without payload.
    pub fn new(id: i64) -> Self {
        Self { id, payload: None }
    }

    /// Adds a payload.
    #[must_use]
    pub fn with_payload(self, payload: Json<'a>) -> Self {
        Self { payload: Some(payload), ..self }
    }

    fn read(node: Node<'a>) -> Result<Self, InvalidPayload> {
        let mut members = node.object()?;
        let id = members.require("id")?.number(integer)?;
        let payload = members.take("payload").map(|node| node.json()).transpose()?;
        members.end()?;
        Ok(Self { id, payload })
    }
}
