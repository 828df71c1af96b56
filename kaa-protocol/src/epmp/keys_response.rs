use std::collections::BTreeSet;

use serde::Serialize;

use crate::{
    Dialect, InvalidPayload, MetadataKey,
    invalid_payload::Rule,
    node::{Node, to_json},
};

const RULE: Rule = Rule { expected: "an array of distinct metadata keys", requirement: "EPMP-017" };

/// The keys of the metadata (10/EPMP, Get metadata keys response; schema
/// `0010-get-metadata-keys-response.schema.json`).
///
/// ```json
/// ["model","serial"]
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct KeysResponse {
    /// Every key that the client may read or write (EPMP-018, EPMP-019). May be empty.
    pub keys: BTreeSet<MetadataKey>,
}

impl KeysResponse {
    /// A response of these keys.
    pub fn new(keys: impl IntoIterator<Item = MetadataKey>) -> Self {
        Self { keys: keys.into_iter().collect() }
    }

    /// Reads a payload, alike in both [dialects](Dialect).
    ///
    /// # Errors
    ///
    /// [`InvalidPayload`] (EPMP-017) if it is not a JSON array of legal keys, none of them twice.
    pub fn parse(payload: &[u8], dialect: Dialect) -> Result<Self, InvalidPayload> {
        Ok(Self { keys: Node::root(payload, RULE, dialect)?.keys()? })
    }

    /// The payload as UTF-8 JSON, without white space.
    pub fn to_json(&self) -> Vec<u8> {
        to_json(self)
    }
}
