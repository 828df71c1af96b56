//! Files of vectors, in the format of `vectors/README.md`, and whether our types do as they say.

pub mod evolution;
mod file;
mod row;
mod run;

pub use file::VectorFile;
pub use row::{Expect, Row};
pub use run::{Failure, Report, run};

use anyhow::{Context as _, Result};
use bytes::Bytes;
use serde_json::Value as Json;

/// The bytes of the member `hex`.
///
/// # Errors
///
/// It is missing, or not hexadecimal.
pub fn hex_of(json: &Json) -> Result<Bytes> {
    let text = json.get("hex").and_then(Json::as_str).context("there is no text `hex`")?;
    Ok(hex::decode(text).with_context(|| format!("hex {text}"))?.into())
}
