use std::collections::BTreeSet;

use serde::Serialize;

use crate::{
    Dialect, InvalidPayload, MetadataKey,
    invalid_payload::Rule,
    node::{Node, to_json},
};

const RULE: Rule = Rule { expected: "an array of at least one metadata key, all distinct", requirement: "EPMP-044" };

/// The keys of metadata to delete (10/EPMP, Delete metadata keys request; schema
/// `0010-delete-metadata-keys-request.schema.json`).
///
/// ```json
/// ["model","serial"]
/// ```
///
/// An array, although the text of the RFC says object (decision D-5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(extend("minItems" = 1)))]
pub struct DeleteKeysRequest {
    keys: BTreeSet<MetadataKey>,
}

impl DeleteKeysRequest {
    /// A request to delete these keys.
    ///
    /// # Errors
    ///
    /// [`InvalidPayload`] (EPMP-044) if there are none.
    pub fn new(keys: impl IntoIterator<Item = MetadataKey>) -> Result<Self, InvalidPayload> {
        Self::checked(keys.into_iter().collect())
    }

    /// Reads a payload, alike in both [dialects](Dialect).
    ///
    /// # Errors
    ///
    /// [`InvalidPayload`] (EPMP-044) if it is not a JSON array of at least one legal key, none of them twice.
    pub fn parse(payload: &[u8], dialect: Dialect) -> Result<Self, InvalidPayload> {
        Self::checked(Node::root(payload, RULE, dialect)?.keys()?)
    }

    /// The keys, at least one.
    pub fn keys(&self) -> &BTreeSet<MetadataKey> {
        &self.keys
    }

    /// The keys, at least one.
    pub fn into_keys(self) -> BTreeSet<MetadataKey> {
        self.keys
    }

    /// The payload as UTF-8 JSON, without white space.
    pub fn to_json(&self) -> Vec<u8> {
        to_json(self)
    }

    fn checked(keys: BTreeSet<MetadataKey>) -> Result<Self, InvalidPayload> {
        if keys.is_empty() { Err(RULE.broken("no key", None)) } else { Ok(Self { keys }) }
    }
}
