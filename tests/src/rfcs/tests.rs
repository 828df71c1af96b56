use std::{collections::BTreeSet, path::PathBuf};

use kaa_ism::WireRevision;

use super::*;
use crate::{
    catalog::{Entry, catalog},
    vectors::{Row, VectorFile},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("")
}

#[test]
fn table_of_messages_has_each_record_once() {
    let traffic = messages::all().unwrap();
    let files: Vec<_> = traffic.iter().map(|row| row.entry.file).collect();
    assert_eq!(files, catalog().iter().map(|entry| entry.file).collect::<Vec<_>>());
}

#[test]
fn every_json_schema_belongs_to_a_resource() {
    let resources = resources::all().unwrap();
    let linked: BTreeSet<_> = resources
        .iter()
        .flat_map(|resource| [resource.request.schema, resource.response.schema])
        .filter_map(|schema| schema.rsplit('/').next().filter(|stem| !stem.is_empty()))
        .collect();
    assert_eq!(linked, kaa_protocol::schemas().iter().map(kaa_protocol::NamedSchema::name).collect());
}

#[test]
fn every_decision_is_on_a_page() {
    let decisions = decisions::parse(&fs::read_to_string(root().join("rfcs/decisions.md")).unwrap()).unwrap();
    let mut points = BTreeSet::new();
    for number in 1..=COUNT {
        let text = fs::read_to_string(root().join(format!("rfcs/{number:04}/about.md"))).unwrap();
        points.extend(About::parse(number, &text).unwrap().decisions);
    }
    let missing: Vec<_> =
        decisions.iter().filter(|decision| !points.iter().any(|point| decision.is_about(point))).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn page_says_who_sends_what_where_and_what_proves_it() {
    let folder = make(&root()).unwrap();
    let has = |name: &str, lines: &[&str]| {
        let text = folder.text(name).unwrap();
        for line in lines {
            assert!(text.lines().any(|found| found == *line), "{name}: {line}\n{text}");
        }
    };
    has(
        "0006/README.md",
        &[
            "# 6/CDTP Configuration Data Transport Protocol (draft)",
            "Types: `kaa_cdtp`.",
            "| `ConfigRequest` | request | `kaa.v1.service.<provider instance>.cdtp.request` | MUST: \
             `kaa.v1.replica.<consumer replica>.cdtp.response` | consumer | provider | `kaa_cdtp::ConfigRequest` | \
             [0006-config-request](0006-config-request.avsc) |",
            "| `ConfigResponse` | response | the replyTo of `ConfigRequest` |  | provider | consumer | \
             `kaa_cdtp::ConfigResponse` | [0006-config-response](0006-config-response.avsc) |",
            "| `ConfigUpdated` | event | `kaa.v1.events.<provider instance>.endpoint.config.updated` |  | provider | \
             consumer | `kaa_cdtp::ConfigUpdated` | [0006-config-updated](0006-config-updated.avsc) |",
            "| `ConfigRequest` | 2026-01 | appended: configName | are understood: what is missing is the default |",
        ],
    );
    has(
        "0014/README.md",
        &[
            "| `TimeSeriesEvent` | event | `kaa.v1.events.<transmitter instance>.endpoint.data-collection.\
             data-points-received.<time series name>` | if an answer is expected: \
             `kaa.v1.replica.<transmitter replica>.tstp.time-series-processed` | transmitter | receiver | \
             `kaa_endpoint::tstp::TimeSeriesEvent` | [0014-ep-time-series-event](0014-ep-time-series-event.avsc) |",
            "| `TimeSeriesProcessed` | response to an event | the replyTo of `TimeSeriesEvent` |  | receiver | \
             transmitter | `kaa_endpoint::tstp::TimeSeriesProcessed` | \
             [0014-ep-time-series-processed](0014-ep-time-series-processed.avsc) |",
        ],
    );
    has(
        "0002/README.md",
        &["| `/json` | `kaa_protocol::dcp::Batch` ([schema](0002-request.schema.json)) | zero bytes | An array, \
             although the prose of the RFC says object (D-5). |"],
    );
    assert!(folder.text("0001/README.md").unwrap().contains("| KP-022 | MUST | server | "));
    assert!(folder.text("0004/0004-client-data.avsc").unwrap().contains(r#""name": "ClientData""#));
    assert!(folder.text("README.md").unwrap().contains("| [27/SCMP](0027/README.md) | "));
}

/// A revision and the one before it differ in the bytes of a message exactly if the table says so.
#[test]
fn table_of_revisions_is_that_of_the_codec() {
    const ALL: [WireRevision; 9] = [
        WireRevision::R2020_07,
        WireRevision::R2023_04,
        WireRevision::R2023_11,
        WireRevision::R2024_03,
        WireRevision::R2024_05_04,
        WireRevision::R2024_05_08,
        WireRevision::R2024_05_09,
        WireRevision::R2024_11,
        WireRevision::R2025_12,
    ];
    let mut changes = BTreeSet::new();
    for entry in catalog() {
        for row in vectors(entry) {
            let written = ALL.map(|to| (entry.recode_revision)(&row.bytes, WireRevision::default(), to).ok());
            let changed = (1..ALL.len()).filter(|&index| written[index - 1] != written[index]);
            changes.extend(changed.map(|index| (entry.file, format!("{:?}", ALL[index]))));
        }
    }
    let table = revisions::all().unwrap();
    let settings = table.iter().filter(|revision| !revision.is_appended());
    assert_eq!(changes, settings.map(|revision| (revision.entry.file, revision.since.to_owned())).collect());
}

/// A message of which something may be missing at the end is one to which something was appended.
#[test]
fn table_of_appended_fields_is_that_of_the_codec() {
    let may_be_cut = |entry: &&Entry| {
        let minimal = vectors(entry).into_iter().find(|row| row.name == "minimal").unwrap().bytes;
        (0..minimal.len()).any(|end| (entry.recode)(&minimal.slice(..end)).is_ok())
    };
    let cut: Vec<_> = catalog().iter().filter(may_be_cut).map(|entry| entry.file).collect();
    let table = revisions::all().unwrap();
    assert_eq!(
        cut,
        table.iter().filter(|revision| revision.is_appended()).map(|revision| revision.entry.file).collect::<Vec<_>>()
    );
}

fn vectors(entry: &Entry) -> Vec<Row> {
    VectorFile::of(entry).unwrap().parsed().unwrap()
}

#[test]
fn links_of_pages_lead_to_files() {
    let folder = make(&root()).unwrap();
    for number in 1..=COUNT {
        let page = folder.text(&format!("{number:04}/README.md")).unwrap();
        for link in page.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let path = root().join(format!("rfcs/{number:04}/{link}"));
            let made = link.trim_start_matches("../").to_owned();
            let is_made = [made, format!("{number:04}/{link}")].iter().any(|name| folder.text(name).is_some());
            assert!(is_made || path.is_file(), "{number}: {link}");
        }
    }
}
