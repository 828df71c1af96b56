use serde::Serialize;

use crate::{
    Dialect, InvalidPayload,
    invalid_payload::Rule,
    node::{Node, to_json},
};

const RULE: Rule = Rule { expected: "an object of perhaps a boolean observe only", requirement: "CEP-004" };

/// Asks for the outstanding commands (11/CEP, Command request; schema `0011-command-request.schema.json`).
///
/// ```json
/// {"observe":true}
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CommandRequest {
    /// `observe`: whether later commands are to be sent when they arrive (CEP-005, CEP-006). Absent: as before
    /// (decision D-34).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observe: Option<bool>,
}

impl CommandRequest {
    /// A request for the outstanding commands: `{}`.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks for later commands to be sent too, or no longer.
    #[must_use]
    pub fn with_observe(self, observe: bool) -> Self {
        Self { observe: Some(observe) }
    }

    /// Reads a payload.
    ///
    /// Unknown members are let in by [`Dialect::Platform`], refused by [`Dialect::Rfc`].
    ///
    /// # Errors
    ///
    /// [`InvalidPayload`] (CEP-004) if it is not a JSON object of this member with its type; an empty payload is none.
    pub fn parse(payload: &[u8], dialect: Dialect) -> Result<Self, InvalidPayload> {
        let mut members = Node::root(payload, RULE, dialect)?.object()?;
        let observe = members.take("observe").map(|node| node.boolean()).transpose()?;
        members.end()?;
        Ok(Self { observe })
    }

    /// The payload as UTF-8 JSON, without white space.
    pub fn to_json(&self) -> Vec<u8> {
        to_json(self)
    }
}
