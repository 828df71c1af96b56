use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    Dialect, InvalidPayload, Json, MetadataKey,
    invalid_payload::Rule,
    node::{Node, to_json},
};

const RULE: Rule = Rule { expected: "an object whose names are metadata keys", requirement: "EPMP-028" };

/// Metadata as one JSON object (10/EPMP, Get metadata response; schema `0010-get-metadata-response.schema.json`).
///
/// ```json
/// {"model":"BFG 9000","serial":null}
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct GetResponse<'a> {
    /// Keys and their values. May be empty.
    pub metadata: BTreeMap<MetadataKey, Json<'a>>,
}

impl<'a> GetResponse<'a> {
    /// A response of these keys and values.
    pub fn new(metadata: impl IntoIterator<Item = (MetadataKey, Json<'a>)>) -> Self {
        Self { metadata: metadata.into_iter().collect() }
    }

    /// Reads a payload, alike in both [dialects](Dialect); the values borrow from it. Of two equal keys the last one
    /// counts (decision D-39).
    ///
    /// # Errors
    ///
    /// [`InvalidPayload`] (EPMP-028) if it is not a JSON object, if a name in it is no legal key, or if a value nests
    /// deeper than [`Json::MAX_DEPTH`].
    pub fn parse(payload: &'a [u8], dialect: Dialect) -> Result<Self, InvalidPayload> {
        Ok(Self { metadata: Node::root(payload, RULE, dialect)?.object()?.metadata()? })
    }

    /// The payload as UTF-8 JSON, without white space.
    pub fn to_json(&self) -> Vec<u8> {
        to_json(self)
    }
}
