//! One vector.

use anyhow::{Context as _, Result, bail, ensure};
use bytes::Bytes;
use serde_json::Value as Json;

use super::hex_of;
use crate::{
    catalog::Entry,
    judge::{Judge, difference},
};

/// Bytes, and what is to be made of them.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Row {
    /// What it is called in its file.
    pub name: String,
    /// The datum.
    pub bytes: Bytes,
    /// What a strict decoder makes of it.
    pub expect: Expect,
}

/// What a strict decoder makes of bytes.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_enums, reason = "whoever checks vectors has to check all of them")]
pub enum Expect {
    /// A value.
    Value {
        /// Its JSON form.
        json: Json,
        /// Another order of map entries is as good.
        map_order_sensitive: bool,
        /// No encoder has to write it like that.
        decode_only: bool,
    },
    /// An error.
    Error,
    /// An error or a value: there is more than one legal way.
    Policy,
}

impl Row {
    /// Reads a vector.
    ///
    /// # Errors
    ///
    /// A member is missing or of another type.
    pub fn parse(row: &Json) -> Result<Self> {
        let name = row.get("name").and_then(Json::as_str).context("a vector without name")?.to_owned();
        let flag = |name| row.get(name).and_then(Json::as_bool).unwrap_or(false);
        let expect = match row.get("expect").map(|expect| expect.as_str().unwrap_or_default()) {
            None => Expect::Value {
                json: row.get("json").context("there is neither `json` nor `expect`")?.clone(),
                map_order_sensitive: flag("map_order_sensitive"),
                decode_only: flag("decode_only"),
            },
            Some("error") => Expect::Error,
            Some("policy") => Expect::Policy,
            Some(_) => bail!("`expect` is neither \"error\" nor \"policy\""),
        };
        Ok(Self { name, bytes: hex_of(row)?, expect })
    }

    /// Whether our type does as it says. Where several ways are legal, the answer is ours.
    ///
    /// What we read is judged by what we write of it, with an independent decoder: our type has to read and to write.
    ///
    /// # Errors
    ///
    /// What was expected, and what came out.
    pub fn check(&self, entry: &Entry, judge: &Judge) -> Result<Option<String>> {
        let recoded = (entry.recode)(&self.bytes);
        match &self.expect {
            Expect::Value { json, map_order_sensitive, decode_only } => {
                let expected = judge.parse(json).context("`json` is not of the schema")?;
                let written = recoded.with_context(|| format!("expected {json}, got an error"))?;
                if let Some(difference) = difference(&expected, &judge.decode(&written)?) {
                    bail!("{}{difference}", entry.name);
                }
                let (expected, got) = (hex::encode(&self.bytes), hex::encode(&written));
                let is_free = *map_order_sensitive || *decode_only;
                ensure!(is_free || expected == got, "expected hex {expected}, got {got}");
                Ok(None)
            }
            Expect::Error => match recoded {
                Ok(written) => bail!("expected an error, got {:?}", judge.decode(&written)?),
                Err(_) => Ok(None),
            },
            Expect::Policy => Ok(Some(match recoded {
                Ok(written) => format!("read as {:?}", judge.decode(&written)?),
                Err(error) => format!("refused: {error}"),
            })),
        }
    }
}
