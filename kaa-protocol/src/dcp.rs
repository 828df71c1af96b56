//! 2/DCP, Data Collection Protocol: samples that an endpoint sends to the platform.
//!
//! A request is a [`Batch`] published to the one [`Resource`]; a success response has a zero-length payload (DCP-008).

use std::fmt;

use serde_json::value::RawValue;

use crate::{Dialect, InvalidPayload, Json, invalid_payload::Rule, json::first_deeper_than};

/// How many arrays and objects a sample may nest: as many as `serde_json` reads, so that what is let in can be read by
/// those who get it.
pub const MAX_DEPTH: usize = Json::MAX_DEPTH;

const BATCH: Rule = Rule { expected: "a JSON array of samples", requirement: "DCP-004" };
const NESTING: Rule = Rule { expected: "samples of at most 127 nested arrays and objects", requirement: "DCP-005" };

/// A resource of 2/DCP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Resource {
    /// `/json`: takes a [`Batch`].
    Json,
}

impl Resource {
    /// The resource at a path; `None` if there is none (DCP-003).
    ///
    /// The path is that of 4/ESP: what follows the endpoint token, without the request id. It is matched as it stands,
    /// in both [dialects](Dialect).
    pub fn parse(resource_path: &str) -> Option<Self> {
        match resource_path {
            "/json" => Some(Self::Json),
            _ => None,
        }
    }
}

/// The resource path.
impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json => f.pad("/json"),
        }
    }
}

/// The samples of one request (2/DCP, Request; schema `0002-request.schema.json`).
///
/// A sample may be any JSON value (DCP-005) and is kept as the text that came, byte for byte: numbers keep their
/// digits, objects the order of their keys, and no field is taken for a timestamp (DCP-011). The grammar of JSON is
/// checked, and nothing else.
#[derive(Clone, Debug)]
pub struct Batch<'a> {
    samples: Vec<&'a RawValue>,
}

impl<'a> Batch<'a> {
    /// Reads a payload; the samples borrow from it.
    ///
    /// A payload that is no array is a batch of one in [`Dialect::Platform`], an error in [`Dialect::Rfc`].
    ///
    /// # Errors
    ///
    /// [`InvalidPayload`] if the payload is not UTF-8 or not one JSON value (an empty payload is none), if it is no
    /// array and the dialect asks for one (DCP-004), or if a sample nests deeper than [`MAX_DEPTH`].
    pub fn parse(payload: &'a [u8], dialect: Dialect) -> Result<Self, InvalidPayload> {
        let text = BATCH.utf8(payload)?;
        let is_array = text.trim_start_matches([' ', '\t', '\n', '\r']).starts_with('[');
        let samples = if is_array { BATCH.json(text)? } else { vec![BATCH.json(text)?] };
        if !is_array && dialect == Dialect::Rfc {
            return Err(BATCH.broken("a single value", None));
        }
        let max_depth = MAX_DEPTH + usize::from(is_array);
        match first_deeper_than(max_depth, text) {
            Some(offset) => Err(NESTING.broken("too deep a value", Some(offset))),
            None => Ok(Self { samples }),
        }
    }

    /// The JSON text of each sample, in the order in which they came.
    pub fn samples(&self) -> impl ExactSizeIterator<Item = &'a str> {
        self.samples.iter().map(|sample| sample.get())
    }

    /// How many samples there are.
    pub fn len(&self) -> usize {
        self.samples.len()
    }

    /// Whether there is no sample at all, which is legal (DCP-006).
    pub fn is_empty(&self) -> bool {
        self.samples.is_empty()
    }
}

#[cfg(test)]
mod tests;
