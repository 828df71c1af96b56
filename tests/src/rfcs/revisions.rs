//! How messages have changed since they were published.

use anyhow::{Context as _, Result};

use super::table::{code, markdown, rows};
use crate::catalog::{Entry, find};

/// A change that peers of an older release do not know.
#[derive(Debug)]
pub(super) struct Revision {
    pub(super) entry: &'static Entry,
    /// A variant of [`WireRevision`](kaa_ism::WireRevision), or a month: since then there are more fields at the end.
    pub(super) since: &'static str,
    change: &'static str,
}

/// All of them.
pub(super) fn all() -> Result<Vec<Revision>> {
    let rows = rows::<3>(include_str!("revisions.tsv")).context("tests/src/rfcs/revisions.tsv")?;
    let revision = |[file, since, change]: [&'static str; 3]| {
        let entry = find(file).with_context(|| format!("tests/src/rfcs/revisions.tsv: no message {file}"))?;
        Ok(Revision { entry, since, change })
    };
    rows.into_iter().map(revision).collect()
}

impl Revision {
    /// Whether fields were appended, which needs no setting.
    pub(super) fn is_appended(&self) -> bool {
        !self.since.starts_with('R')
    }

    fn row(&self) -> [String; 4] {
        let (change, peers) = if self.is_appended() {
            (format!("appended: {}", self.change), "are understood: what is missing is the default".to_owned())
        } else {
            (self.change.to_owned(), format!("need a `WireRevision` before `{}`", self.since))
        };
        [code(self.entry.name), self.since.replace('R', "").replace('_', "-"), change, peers]
    }
}

/// The changes of the messages of an RFC; nothing if there are none.
pub(super) fn to_markdown(rfc: u16) -> Result<String> {
    let all = all()?;
    let rows: Vec<_> = all.iter().filter(|revision| revision.entry.rfc == rfc).map(Revision::row).collect();
    Ok(markdown(["message", "since", "change", "older peers"], &rows))
}
