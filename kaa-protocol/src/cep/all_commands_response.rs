use serde::Serialize;

use crate::{
    CommandType, Dialect, InvalidPayload, Json,
    integer::integer,
    invalid_payload::Rule,
    node::{Node, to_json},
};

const RULE: Rule = Rule {
    expected: "an array of objects of a command type, an integer id and perhaps a payload of any type only",
    requirement: "CEP-009",
};

/// Commands of all types (11/CEP, Command resource; the RFC has no schema for it, decision D-6).
///
/// ```json
/// [{"type":"reboot","id":1,"payload":{"delay":5}},{"type":"blink","id":1}]
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct AllCommandsResponse<'a> {
    /// The commands. None is outstanding: empty (CEP-014).
    pub commands: Vec<TypedCommand<'a>>,
}

/// A command and its type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct TypedCommand<'a> {
    /// `type`: the type of the command. Required.
    #[serde(rename = "type")]
    pub command_type: CommandType,
    /// `id`: unique within endpoint and command type (CEP-013). Required. 0 is legal, but official clients lose it.
    pub id: i64,
    /// `payload`: what the command needs, any JSON value. May be absent, which is not the same as null.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payload: Option<Json<'a>>,
}

impl<'a> AllCommandsResponse<'a> {
    /// A response of these commands.
    pub fn new(commands: impl IntoIterator<Item = TypedCommand<'a>>) -> Self {
        Self { commands: commands.into_iter().collect() }
    }

    /// Reads a payload; the payloads of commands borrow from it.
    ///
    /// [`Dialect::Platform`] lets in unknown members, and command types with `-` and `_`; [`Dialect::Rfc`] refuses
    /// both. An id is an integer of 64 bits, however it is written.
    ///
    /// # Errors
    ///
    /// [`InvalidPayload`] (CEP-009) if it is not a JSON array of such commands, or if a payload nests deeper than
    /// [`Json::MAX_DEPTH`].
    pub fn parse(payload: &'a [u8], dialect: Dialect) -> Result<Self, InvalidPayload> {
        let commands =
            Node::root(payload, RULE, dialect)?.array()?.map(TypedCommand::read).collect::<Result<_, _>>()?;
        Ok(Self { commands })
    }

    /// The payload as UTF-8 JSON, without white space.
    pub fn to_json(&self) -> Vec<u8> {
        to_json(self)
    }
}

impl<'a> TypedCommand<'a> {
    /// A command without payload.
    pub fn new(command_type: CommandType, id: i64) -> Self {
        Self { command_type, id, payload: None }
    }

    /// Adds a payload.
    #[must_use]
    pub fn with_payload(self, payload: Json<'a>) -> Self {
        Self { payload: Some(payload), ..self }
    }

    fn read(node: Node<'a>) -> Result<Self, InvalidPayload> {
        let dialect = node.dialect();
        let mut members = node.object()?;
        let node = members.require("type")?;
        let command_type = CommandType::parse(node.string()?).ok().filter(|name| name.is_legal(dialect));
        let command_type = command_type.ok_or_else(|| node.broken("illegal command type"))?;
        let id = members.require("id")?.number(integer)?;
        let payload = members.take("payload").map(|node| node.json()).transpose()?;
        members.end()?;
        Ok(Self { command_type, id, payload })
    }
}
