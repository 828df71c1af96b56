use std::collections::BTreeSet;

use serde::Serialize;

use crate::{
    Dialect, InvalidPayload, MetadataKey,
    invalid_payload::Rule,
    node::{Node, to_json},
};

const RULE: Rule =
    Rule { expected: "an object of perhaps an array keys of distinct metadata keys only", requirement: "EPMP-021" };

/// Asks for all metadata or some of it (10/EPMP, Get metadata request; schema `0010-get-metadata-request.schema.json`).
///
/// ```json
/// {"keys":["model","serial"]}
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct GetRequest {
    /// `keys`: which keys. Absent or empty: all of them (EPMP-024, decision D-26).
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    #[cfg_attr(feature = "schema", schemars(default))]
    pub keys: BTreeSet<MetadataKey>,
}

impl GetRequest {
    /// Asks for these keys; none at all is everything.
    pub fn new(keys: impl IntoIterator<Item = MetadataKey>) -> Self {
        Self { keys: keys.into_iter().collect() }
    }

    /// Reads a payload. An empty one is a request for everything (EPMP-022, EPMP-023).
    ///
    /// Unknown members are let in by [`Dialect::Platform`], refused by [`Dialect::Rfc`].
    ///
    /// # Errors
    ///
    /// [`InvalidPayload`] (EPMP-021) if it is neither empty nor a JSON object whose `keys`, if there are any, are an
    /// array of legal keys, none of them twice.
    pub fn parse(payload: &[u8], dialect: Dialect) -> Result<Self, InvalidPayload> {
        if payload.is_empty() {
            return Ok(Self::default());
        }
        let mut members = Node::root(payload, RULE, dialect)?.object()?;
        let keys = members.take("keys").map(Node::keys).transpose()?;
        members.end()?;
        Ok(Self { keys: keys.unwrap_or_default() })
    }

    /// The payload as UTF-8 JSON, without white space.
    pub fn to_json(&self) -> Vec<u8> {
        to_json(self)
    }
}
