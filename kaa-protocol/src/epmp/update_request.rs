use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    Dialect, InvalidPayload, Json, MetadataKey,
    invalid_payload::Rule,
    node::{Node, to_json},
};

const RULE: Rule =
    Rule { expected: "an object of at least one member, named by metadata keys", requirement: "EPMP-030" };

/// Metadata to write (10/EPMP, Full metadata update request, Partial metadata update request; schema
/// `0010-update-metadata-request.schema.json`).
///
/// ```json
/// {"model":"BFG 9000","serial":null}
/// ```
///
/// The resource tells whether other keys stay (EPMP-039) or go (EPMP-033). A value is replaced whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(extend("minProperties" = 1)))]
pub struct UpdateRequest<'a> {
    metadata: BTreeMap<MetadataKey, Json<'a>>,
}

impl<'a> UpdateRequest<'a> {
    /// A request to write these keys and values.
    ///
    /// # Errors
    ///
    /// [`InvalidPayload`] (EPMP-030) if there are none.
    pub fn new(metadata: impl IntoIterator<Item = (MetadataKey, Json<'a>)>) -> Result<Self, InvalidPayload> {
        Self::checked(metadata.into_iter().collect())
    }

    /// Reads a payload, alike in both [dialects](Dialect); the values borrow from it. Of two equal keys the last one
    /// counts (decision D-39).
    ///
    /// # Errors
    ///
    /// [`InvalidPayload`] (EPMP-030, for partial updates EPMP-038) if it is not a JSON object of at least one member,
    /// if a name in it is no legal key, or if a value nests deeper than [`Json::MAX_DEPTH`].
    pub fn parse(payload: &'a [u8], dialect: Dialect) -> Result<Self, InvalidPayload> {
        Self::checked(Node::root(payload, RULE, dialect)?.object()?.metadata()?)
    }

    /// Keys and their values, at least one.
    pub fn metadata(&self) -> &BTreeMap<MetadataKey, Json<'a>> {
        &self.metadata
    }

    /// Keys and their values, at least one.
    pub fn into_metadata(self) -> BTreeMap<MetadataKey, Json<'a>> {
        self.metadata
    }

    /// The payload as UTF-8 JSON, without white space.
    pub fn to_json(&self) -> Vec<u8> {
        to_json(self)
    }

    fn checked(metadata: BTreeMap<MetadataKey, Json<'a>>) -> Result<Self, InvalidPayload> {
        if metadata.is_empty() { Err(RULE.broken("no member", None)) } else { Ok(Self { metadata }) }
    }
}
