//! Damaged topics, subjects and client payloads: what devices and peers can do besides datums.

use bytes::Bytes;
use kaa_ism::{InstanceName, ReplicaId, Subject, SubjectFilter};
use kaa_protocol::{
    AppVersionName, Awareness, CommandType, ConfigName, Dialect, EndpointToken, ErrorResponse, Json, MetadataKey,
    Outcome, RequestId, Topic, cep, cmp, dcp, epmp,
};

use crate::random::{Random, damage};

const INPUTS: usize = 200_000;
/// A parsed payload keeps slices of the text; the nodes on the way to it are not much larger than what they stand for.
const PER_BYTE: u64 = 128;
const ONCE: u64 = 4096;

const TOPICS: [&str; 5] = [
    "kp1/kettle-v2/dcx/JTjdbENzHh/json/42",
    "kp1/kettle-v2/cmx/tok/config/json/network/2147483647/status",
    "kp1/kettle-v2/cex/42/command/reboot/1/error",
    "kp1/app/epmx/Ключ/update/keys",
    "kp1/a/b",
];

const SUBJECTS: [&str; 6] = [
    "kaa.v1.service.cmx.esp.ClientData",
    "kaa.v1.replica.cmx-6d9f-0.esp.ExtensionData",
    "kaa.v1.events.tsx.endpoint.data-collection.data-points-received.auto-humidity",
    "kaa.v1.events.*.endpoint.>",
    "kaa.v1.service.cmx.scmp.configuration.upsert",
    "_INBOX.abc.1",
];

const PAYLOADS: [&str; 9] = [
    r#"{"statusCode":404,"reasonPhrase":"Not Found"}"#,
    r#"[{"celsius":21.50,"ok":true,"deep":[[[null]]]},15,"text",-1.5e-3]"#,
    r#"{"configId":"97016dbe","observe":true}"#,
    r#"{"configId":"97016dbe","config":{"brightness":0.70,"name":"\u00e9\ud83d\udd25"}}"#,
    r#"{"configId":"97016dbe","statusCode":200.0,"reasonPhrase":"OK"}"#,
    r#"{"keys":["name","location_2"]}"#,
    r#"["name","location_2"]"#,
    r#"{"name":"kettle","location":{"lat":27.66},"none":null}"#,
    r#"[{"id":9223372036854775807,"type":"reboot","payload":{"delay":5},"statusCode":200,"reasonPhrase":"OK"}]"#,
];

/// Reads a client payload; whether it is one.
type Parser = fn(&[u8], Dialect) -> bool;

const PARSERS: [Parser; 15] = [
    |payload, _| Json::parse(payload).is_ok(),
    |payload, _| ErrorResponse::parse(payload).is_ok(),
    |payload, dialect| dcp::Batch::parse(payload, dialect).is_ok(),
    |payload, dialect| cmp::ConfigRequest::parse(payload, dialect).is_ok(),
    |payload, dialect| cmp::ConfigResponse::parse(payload, dialect).is_ok(),
    |payload, dialect| cmp::AppliedRequest::parse(payload, dialect).is_ok(),
    |payload, dialect| epmp::GetRequest::parse(payload, dialect).is_ok(),
    |payload, dialect| epmp::GetResponse::parse(payload, dialect).is_ok(),
    |payload, dialect| epmp::KeysResponse::parse(payload, dialect).is_ok(),
    |payload, dialect| epmp::UpdateRequest::parse(payload, dialect).is_ok(),
    |payload, dialect| epmp::DeleteKeysRequest::parse(payload, dialect).is_ok(),
    |payload, dialect| cep::CommandRequest::parse(payload, dialect).is_ok(),
    |payload, dialect| cep::CommandResponse::parse(payload, dialect).is_ok(),
    |payload, dialect| cep::AllCommandsResponse::parse(payload, dialect).is_ok(),
    |payload, dialect| cep::ResultRequest::parse(payload, dialect).is_ok(),
];

#[test]
fn damaged_topics_are_taken_apart_without_loss_or_refused() {
    let accepted = each_damaged(&TOPICS, 3, |input| {
        let text = String::from_utf8_lossy(input);
        let _names_may_be_any = (AppVersionName::parse(&text).is_ok(), EndpointToken::parse(&text).is_ok());
        let _or_none = (ConfigName::parse(&text).is_ok(), MetadataKey::parse(&text).is_ok());
        let _of_any_kind = (CommandType::parse(&text).is_ok(), RequestId::parse(&text).is_ok());
        let split = Outcome::split(&text);
        assert!(split.is_none_or(|(request, _)| text.starts_with(request)));
        [Awareness::Aware, Awareness::Unaware].into_iter().any(|awareness| {
            let Ok(topic) = Topic::parse(&text, awareness) else { return false };
            assert_eq!(topic.as_str(), text);
            let path = topic.resource_path();
            let _whose_it_is = (cmp::Resource::parse(path), epmp::Resource::parse(path), dcp::Resource::parse(path));
            let _in_both = [Dialect::Platform, Dialect::Rfc].map(|dialect| cep::Resource::parse(path, dialect));
            let status = topic.status();
            assert_eq!(Outcome::split(&status), Some((&*text, Outcome::Status)));
            true
        })
    });
    assert!(accepted > INPUTS / 20 && accepted < INPUTS, "{accepted} accepted");
}

#[test]
fn damaged_subjects_stay_as_they_are_or_are_refused() {
    let accepted = each_damaged(&SUBJECTS, 5, |input| {
        let text = String::from_utf8_lossy(input);
        let _tokens = (InstanceName::parse(&text).is_ok(), ReplicaId::parse(&text).is_ok());
        let filter = SubjectFilter::parse(text.clone());
        let Ok(subject) = Subject::parse(text.clone()) else {
            Subject::from_bytes(Bytes::copy_from_slice(text.as_bytes())).unwrap_err();
            return filter.is_ok();
        };
        assert_eq!(subject.as_str(), text);
        assert!(SubjectFilter::from(subject.clone()).matches(&subject), "{text}");
        assert!(subject.replica_kind().is_none_or(|kind| text.ends_with(kind)));
        true
    });
    assert!(accepted > INPUTS / 20 && accepted < INPUTS, "{accepted} accepted");
    each_damaged(&SUBJECTS, 7, |input| Subject::from_bytes(Bytes::copy_from_slice(input)).is_ok());
}

#[test]
fn damaged_payloads_never_panic_and_take_little_memory() {
    let mut random = Random::new(11);
    let accepted = each_damaged(&PAYLOADS, 9, |input| {
        let dialect = *random.pick(&[Dialect::Platform, Dialect::Rfc]);
        within_bounds(random.pick(&PARSERS), input, dialect)
    });
    assert!(accepted > INPUTS / 100 && accepted < INPUTS, "{accepted} accepted");
}

#[test]
fn payloads_of_nothing_but_brackets_are_refused_on_a_small_stack() {
    let deep = |open: &str, close: &str| open.repeat(50_000) + &close.repeat(50_000);
    for payload in [deep("[", "]"), deep("[", ""), deep(r#"{"config":"#, "}"), deep(r#"[{"payload":"#, "}]")] {
        for parse in PARSERS {
            for dialect in [Dialect::Platform, Dialect::Rfc] {
                within_bounds(&parse, payload.as_bytes(), dialect);
            }
        }
    }
}

fn within_bounds(parse: &Parser, payload: &[u8], dialect: Dialect) -> bool {
    let mut accepted = false;
    let memory = allocation_counter::measure(|| accepted = parse(payload, dialect));
    let bound = ONCE + PER_BYTE * payload.len() as u64;
    let shown = || String::from_utf8_lossy(&payload[..payload.len().min(300)]).into_owned();
    assert!(memory.bytes_max <= bound, "{} bytes at once: {}", memory.bytes_max, shown());
    assert!(memory.bytes_total <= bound, "{} bytes in all: {}", memory.bytes_total, shown());
    accepted
}

/// How many of the damaged texts were accepted.
fn each_damaged(texts: &[&str], seed: u64, mut accepts: impl FnMut(&[u8]) -> bool) -> usize {
    let mut random = Random::new(seed);
    let mut accepted = 0;
    for _ in 0..INPUTS {
        let mut input = random.pick(texts).as_bytes().to_vec();
        let other = random.pick(texts).as_bytes();
        for _ in 0..=random.below(3) {
            damage(&mut input, other, &mut random);
        }
        accepted += usize::from(accepts(&input));
    }
    accepted
}
