//! The files of `vectors/`; their README says what is in them.

use std::path::PathBuf;

use kaa_tests::{
    catalog::{Entry, catalog, find},
    judge::Judge,
    vectors::{Row, VectorFile},
};
use serde_json::Value as Json;

/// A record with its vectors.
pub(crate) struct Vectors {
    pub(crate) entry: &'static Entry,
    pub(crate) judge: Judge,
    pub(crate) rows: Vec<Row>,
    pub(crate) evolution: Vec<Json>,
}

/// All records.
pub(crate) fn all() -> Vec<Vectors> {
    catalog().iter().map(Vectors::of).collect()
}

impl Vectors {
    pub(crate) fn load(file: &str) -> Self {
        Self::of(find(file).unwrap())
    }

    fn of(entry: &Entry) -> Self {
        let file = VectorFile::of(entry).unwrap();
        let rows = file.parsed().unwrap();
        Self { entry: file.entry, judge: file.judge, rows, evolution: file.evolution }
    }

    pub(crate) fn named(&self, name: &str) -> &Row {
        self.rows.iter().find(|row| row.name == name).unwrap_or_else(|| panic!("no vector {name}"))
    }

    pub(crate) fn folder() -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors")
    }
}
