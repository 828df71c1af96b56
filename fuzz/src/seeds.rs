//! Inputs to begin with.

use anyhow::{Context as _, Result};
use kaa_tests::{
    catalog::catalog,
    vectors::{VectorFile, hex_of},
};

use crate::revision::REVISIONS;

/// The byte that chooses the newest release.
#[expect(clippy::cast_possible_truncation, reason = "there are few")]
const NEWEST: u8 = REVISIONS.len() as u8 - 1;

const TOPICS: [&str; 6] = [
    "kp1/kettle-v2/dcx/JTjdbENzHh/json/42",
    "kp1/kettle-v2/cmx/JTjdbENzHh/config/json/status",
    "kp1/kettle-v2/cex/JTjdbENzHh/command/reboot/0",
    "kp1/kettle-v2/epmx/JTjdbENzHh//007",
    "kp1/kettle-v2/own.extension/",
    "kp1/a/b/c/2147483648",
];

const SUBJECTS: [&str; 6] = [
    "kaa.v1.service.dcx.esp.ClientData kaa.v1.service.dcx.>",
    "kaa.v1.replica.0123456789abcdefghij.esp.ExtensionData kaa.v1.replica.*.esp.*",
    "kaa.v1.events.epr.endpoint-filter.f-1.deleted kaa.v1.events.*.endpoint-filter.*.deleted",
    "kaa.v1.service.automation.scmp.configuration.upsert kaa.v1.service.automation.scmp.configuration.*",
    "_INBOX.abc.1",
    "auto~temperature",
];

const PAYLOADS: [&str; 10] = [
    r#"{"statusCode":404,"reasonPhrase":"no such endpoint"}"#,
    r#"[{"temperature":21.50},15,null,"\u00e9"]"#,
    r#"{"configId":"1","observe":true}"#,
    r#"{"configId":"1","statusCode":200,"reasonPhrase":"OK","config":{"brightness":0.70}}"#,
    r#"{"configId":"1","statusCode":400,"reasonPhrase":null}"#,
    r#"{"keys":["serial","model"]}"#,
    r#"["serial","model"]"#,
    r#"{"serial":"00-01","model":null,"place":{"lat":50.4e0}}"#,
    r#"[{"id":1,"type":"reboot","payload":[1,2]},{"id":-9223372036854775808}]"#,
    r#"[{"id":1,"statusCode":200.0,"reasonPhrase":"OK","payload":{}}]"#,
];

/// Those of a target; none if there is no such target.
///
/// # Errors
///
/// The vectors of the project cannot be read.
pub fn seeds(target: &str) -> Result<Vec<Vec<u8>>> {
    let texts = |texts: &[&str]| texts.iter().map(|text| text.as_bytes().to_vec()).collect();
    Ok(match target {
        "message" => messages()?,
        "revision" => revisions()?,
        "topic" => texts(&TOPICS),
        "subject" => texts(&SUBJECTS),
        "client_payload" => texts(&PAYLOADS),
        _ => Vec::new(),
    })
}

/// All vectors.
fn messages() -> Result<Vec<Vec<u8>>> {
    let mut seeds = Vec::new();
    for (chosen, entry) in (0..).zip(catalog()) {
        for row in VectorFile::of(entry)?.rows {
            seeds.push(seed(&[chosen], &hex_of(&row)?));
        }
    }
    Ok(seeds)
}

/// What the messages that changed looked like before and after, between the newest release and each of all.
fn revisions() -> Result<Vec<Vec<u8>>> {
    let mut seeds = Vec::new();
    for (chosen, entry) in (0..).zip(catalog()) {
        for case in VectorFile::of(entry)?.evolution {
            for member in ["old_writer", "old_reader_of_new_bytes"] {
                let datum = hex_of(case.get(member).context(member)?)?;
                for revision in 0..=NEWEST {
                    seeds.push(seed(&[chosen, revision, NEWEST], &datum));
                    seeds.push(seed(&[chosen, NEWEST, revision], &datum));
                }
            }
        }
    }
    Ok(seeds)
}

fn seed(choice: &[u8], datum: &[u8]) -> Vec<u8> {
    [choice, datum].concat()
}
