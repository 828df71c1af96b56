//! The resources of the client protocols.

use anyhow::{Context as _, Result};

use super::{
    about::About,
    table::{code, markdown, rows},
};

/// A resource, and what is sent to it and from it.
#[derive(Debug)]
pub(super) struct Resource {
    pub(super) rfc: &'static str,
    path: &'static str,
    pub(super) request: Payload,
    pub(super) response: Payload,
    note: &'static str,
}

/// A type with a schema, or words.
#[derive(Debug)]
pub(super) struct Payload {
    name: &'static str,
    /// Stem of the schema file, relative to the page.
    pub(super) schema: &'static str,
}

/// All of them.
pub(super) fn all() -> Result<Vec<Resource>> {
    let rows = rows::<7>(include_str!("resources.tsv")).context("tests/src/rfcs/resources.tsv")?;
    let resource = |[rfc, path, request, request_schema, response, response_schema, note]: [&'static str; 7]| {
        let request = Payload { name: request, schema: request_schema };
        let response = Payload { name: response, schema: response_schema };
        Resource { rfc, path, request, response, note }
    };
    Ok(rows.into_iter().map(resource).collect())
}

impl Payload {
    fn cell(&self, about: &About) -> String {
        if self.schema.is_empty() {
            return self.name.to_owned();
        }
        format!("{} ([schema]({}.schema.json))", about.path(self.name), self.schema)
    }
}

/// The resources of an RFC; nothing if it has none.
pub(super) fn to_markdown(about: &About) -> Result<String> {
    let number = about.number.to_string();
    let row = |resource: &Resource| {
        let payloads = [&resource.request, &resource.response].map(|payload| payload.cell(about));
        let [request, response] = payloads;
        [code(resource.path), request, response, resource.note.to_owned()]
    };
    let rows: Vec<_> = all()?.iter().filter(|resource| resource.rfc == number).map(row).collect();
    Ok(markdown(["resource", "request", "response", "note"], &rows))
}
