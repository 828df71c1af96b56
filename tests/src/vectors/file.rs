//! One file.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value as Json;

use crate::{
    catalog::{Entry, catalog, find},
    judge::Judge,
    vectors::Row,
};

/// The vectors of one record.
#[derive(Debug)]
#[non_exhaustive]
pub struct VectorFile {
    /// The record.
    pub entry: &'static Entry,
    /// Its judge.
    pub judge: Judge,
    /// The vectors as they stand; see [`Row::parse`].
    pub rows: Vec<Json>,
    /// What became of the record over the years; see [`evolution`](super::evolution).
    pub evolution: Vec<Json>,
}

impl VectorFile {
    /// Reads a file, and finds its record by `fullname` and `schema`.
    ///
    /// # Errors
    ///
    /// It cannot be read, is not JSON, lacks a member, or names a record that we do not have.
    pub fn read(path: &Path) -> Result<Self> {
        let text = fs::read(path).context("cannot be read")?;
        let json: Json = serde_json::from_slice(&text).context("is not JSON")?;
        let entry = entry_of(&json)?;
        let rows = json.get("vectors").and_then(Json::as_array).context("there is no list `vectors`")?;
        let evolution = match json.get("evolution") {
            Some(cases) => cases.as_array().cloned().context("`evolution` is no list")?,
            None => Vec::new(),
        };
        Ok(Self { entry, judge: Judge::new(&(entry.schema)())?, rows: rows.clone(), evolution })
    }

    /// The file of this package that belongs to a record.
    ///
    /// # Errors
    ///
    /// Those of [`read`](Self::read).
    pub fn of(entry: &Entry) -> Result<Self> {
        let path = folder().join(entry.file).with_extension("json");
        Self::read(&path).with_context(|| path.display().to_string())
    }

    /// The vectors.
    ///
    /// # Errors
    ///
    /// Those of [`Row::parse`].
    pub fn parsed(&self) -> Result<Vec<Row>> {
        self.rows.iter().map(Row::parse).collect()
    }
}

/// The vectors of this package.
fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors")
}

fn entry_of(json: &Json) -> Result<&'static Entry> {
    let text = |name| json.get(name).and_then(Json::as_str);
    let (full_name, schema) = (text("fullname"), text("schema"));
    let by_name = full_name.and_then(|name| catalog().iter().find(|entry| entry.full_name() == name));
    let stem = schema.and_then(|path| Path::new(path).file_stem()?.to_str());
    let by_schema = stem.and_then(find);
    if full_name.is_none() && schema.is_none() {
        bail!("there is neither `fullname` nor `schema`");
    }
    let entry = by_name.or(by_schema);
    let entry =
        entry.with_context(|| format!("no record {} of {}", full_name.unwrap_or("?"), schema.unwrap_or("?")))?;
    let other = by_schema.filter(|other| other.file != entry.file);
    ensure!(other.is_none(), "`fullname` is {}, `schema` is another record's", entry.full_name());
    Ok(entry)
}
