use serde::Serialize;

use crate::{
    Dialect, InvalidPayload,
    invalid_payload::Rule,
    node::{Node, to_json},
};

const RULE: Rule =
    Rule { expected: "an object of perhaps a string configId and a boolean observe only", requirement: "CMP-013" };

/// Asks for a configuration (7/CMP, Configuration resource request; schema `0007-config-request.schema.json`).
///
/// ```json
/// {"configId":"97016dbe8bb4adff8f754ecbf24612f2","observe":true}
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ConfigRequest {
    /// `configId`: the id of the configuration that the endpoint has. Absent: the current one is sent in any case
    /// (CMP-015). The empty text is the id of "none assigned" (CMP-018).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config_id: Option<String>,
    /// `observe`: whether later changes are to be sent too (CMP-019, CMP-020). Absent: as before (decision D-34).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observe: Option<bool>,
}

impl ConfigRequest {
    /// A request for the current configuration, whichever it is: `{}`.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the id of the configuration that the endpoint has.
    #[must_use]
    pub fn with_config_id(self, config_id: impl Into<String>) -> Self {
        Self { config_id: Some(config_id.into()), ..self }
    }

    /// Asks for later changes to be sent too, or no longer.
    #[must_use]
    pub fn with_observe(self, observe: bool) -> Self {
        Self { observe: Some(observe), ..self }
    }

    /// Reads a payload.
    ///
    /// Unknown members are let in by [`Dialect::Platform`], refused by [`Dialect::Rfc`].
    ///
    /// # Errors
    ///
    /// [`InvalidPayload`] (CMP-013) if it is not a JSON object of these members with their types; an empty payload is
    /// none (CMP-014).
    pub fn parse(payload: &[u8], dialect: Dialect) -> Result<Self, InvalidPayload> {
        let mut members = Node::root(payload, RULE, dialect)?.object()?;
        let config_id = members.take("configId").map(|node| node.string()).transpose()?;
        let observe = members.take("observe").map(|node| node.boolean()).transpose()?;
        members.end()?;
        Ok(Self { config_id, observe })
    }

    /// The payload as UTF-8 JSON, without white space.
    pub fn to_json(&self) -> Vec<u8> {
        to_json(self)
    }
}
