//! Bytes of older and newer peers: no schema is on the wire, a reader has nothing but its own, or knows the release of
//! its peer.
#![expect(clippy::indexing_slicing, reason = "a JSON value gives null for what it lacks")]

use anyhow::{Context as _, Result, bail, ensure};
use bytes::Bytes;
use kaa_ism::WireRevision;
use serde_json::Value as Json;

use super::hex_of;
use crate::{
    catalog::Entry,
    judge::{Judge, difference},
};

/// The messages to which fields were appended, and the first of these: only there, missing bytes are defaults
/// (discrepancies 6.1).
pub const APPENDED: [(&str, &str); 5] = [
    ("ClientData", "configName"),
    ("ConfigRequest", "configName"),
    ("ConfigApplied", "statusCode"),
    ("EndpointMetadataGetRequest", "includeMetadata"),
    ("EndpointMetadataGetResponse", "appVersionName"),
];

/// By the commit that changed a message: the last revision that writes it as it was before.
const BEFORE: [(&str, WireRevision); 7] = [
    ("ad70690", WireRevision::R2020_07),
    ("b34c9d9", WireRevision::R2023_04),
    ("593251d", WireRevision::R2023_11),
    ("d4f9fb1", WireRevision::R2024_05_04),
    ("4bab7c9", WireRevision::R2024_05_08),
    ("ecd864d", WireRevision::R2024_05_09),
    ("7e8372f", WireRevision::R2024_11),
];

/// What the reader of today does with the bytes of before a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a reader can do nothing else")]
pub enum Outcome {
    /// It takes what is missing at the end for the defaults.
    Completed,
    /// It reads them as they are, faithfully or not.
    Read,
    /// It refuses them.
    Refused,
}

/// Whether our type does what a case of the list `evolution` says, and what.
///
/// # Errors
///
/// What was expected, and what came out.
pub fn check(entry: &Entry, judge: &Judge, case: &Json) -> Result<Outcome> {
    let old = hex_of(&case["old_writer"]).context("old_writer")?;
    let new = hex_of(&case["old_reader_of_new_bytes"]).context("old_reader_of_new_bytes")?;
    ensure!((entry.recode)(&new).context("new bytes")? == new, "new bytes are written otherwise");
    if let Some(before) = revision_before(case) {
        with_revision(entry, judge, case, before, &old, &new).with_context(|| format!("with {before:?}"))?;
    }
    without_revision(entry, judge, case, &old)
}

/// The last revision that writes the old form, if there is one.
#[must_use]
pub fn revision_before(case: &Json) -> Option<WireRevision> {
    let commit = case["commit"].as_str()?;
    BEFORE.iter().find(|(known, _)| *known == commit).map(|(_, before)| *before)
}

fn without_revision(entry: &Entry, judge: &Judge, case: &Json, old: &Bytes) -> Result<Outcome> {
    let expected = &case["new_reader_of_old_bytes"];
    match expected["result"].as_str() {
        Some("error") if APPENDED.iter().any(|(name, at)| entry.name == *name && expected["at"] == *at) => {
            let expected = judge.parse(&case["new_reader_that_pads_missing_tail"]["json"])?;
            is(judge, &expected, &(entry.recode)(old)?)?;
            Ok(Outcome::Completed)
        }
        Some("error") => {
            ensure!((entry.recode)(old).is_err(), "old bytes: expected an error");
            ensure!((entry.recode_prefix)(old).is_err(), "the start of old bytes: expected an error");
            Ok(Outcome::Refused)
        }
        Some("decoded") => {
            let (read, left) = (entry.recode_prefix)(old)?;
            is_left(expected, left)?;
            is(judge, &judge.parse(&expected["json"])?, &read)?;
            ensure!((entry.recode)(old).is_ok() == (left == 0), "left-over bytes are refused, and nothing else");
            Ok(Outcome::Read)
        }
        _ => bail!("`result` is neither \"error\" nor \"decoded\""),
    }
}

/// Who knows the revision reads old bytes faithfully, writes them, and reads new bytes as an old reader does.
fn with_revision(
    entry: &Entry,
    judge: &Judge,
    case: &Json,
    before: WireRevision,
    old: &Bytes,
    new: &Bytes,
) -> Result<()> {
    let newest = WireRevision::default();
    let (read, left) = (entry.recode_revision)(old, before, newest).context("old bytes")?;
    ensure!(left == 0, "{left} of the old bytes are left over");
    is(judge, &judge.parse_older(&case["old_writer"]["json"])?, &read).context("old bytes")?;
    let (written, _) = (entry.recode_revision)(old, before, before)?;
    ensure!(written == old, "expected old bytes {}, got {}", hex::encode(old), hex::encode(&written));

    let expected = &case["old_reader_of_new_bytes"];
    let read = (entry.recode_revision)(new, before, newest);
    match (expected["result"].as_str(), read) {
        (Some("error"), Err(_)) => Ok(()),
        (Some("decoded"), Ok((read, left))) => {
            is_left(expected, left)?;
            is(judge, &judge.parse_older(&expected["json"])?, &read).context("new bytes, old reader")
        }
        (_, read) => bail!("new bytes, old reader: expected {}, got {read:?}", expected["result"]),
    }
}

fn is(judge: &Judge, expected: &apache_avro::types::Value, written: &Bytes) -> Result<()> {
    match difference(expected, &judge.decode(written)?) {
        Some(difference) => bail!("{difference}"),
        None => Ok(()),
    }
}

fn is_left(expected: &Json, left: usize) -> Result<()> {
    let claimed = expected["left_over_bytes"].as_u64().context("there is no number `left_over_bytes`")?;
    ensure!(usize::try_from(claimed)? == left, "expected {claimed} bytes left over, got {left}");
    Ok(())
}
