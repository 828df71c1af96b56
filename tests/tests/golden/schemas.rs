//! What the canonical forms leave out, and what all schemas have in common.

use std::collections::BTreeSet;

use apache_avro::{Schema, schema::RecordSchema};
use kaa_proves::proves;
use kaa_tests::catalog::Kind;
use serde_json::{Value as Json, json};

use crate::vectors::{Vectors, all};

/// The canonical form has no defaults (discrepancy D-13).
#[proves("ISM-008", "DSTP-004")]
#[test]
fn defaults_are_those_of_the_official_schemas() {
    let mut records = 0;
    for vectors in all() {
        each_record(vectors.judge.schema(), &mut |record| {
            records += 1;
            for field in &record.fields {
                let (record, field, default) = (record.name.name(), field.name.as_str(), field.default.as_ref());
                assert_eq!(default, official_default(record, field).as_ref(), "{record}.{field}");
            }
        });
    }
    assert_eq!(records, 71 + 5); // within others: trafficStat, DataPoint, MetadataKeyUpdatedDto, a command, Relation
}

fn official_default(record: &str, field: &str) -> Option<Json> {
    Some(match (record, field) {
        (_, "timeout" | "ingestionTimestamp" | "startedAt" | "lastActiveAt") | ("trafficStat", _) => json!(0),
        (_, "reasonPhrase" | "appVerName" | "eTag" | "ifMatch") => Json::Null,
        ("BroadcastConfigurationUpdateEvent", "tenantID") => Json::Null,
        ("BroadcastConfigurationUpdateEvent" | "ServiceSpecificConfigurationUpdateEvent", "appName") => Json::Null,
        ("ClientData" | "ConfigRequest", "configName") | ("ConfigRequest" | "ConfigResponse", "configId") => Json::Null,
        ("ConfigUpdated" | "ConfigApplied" | "SystemConfigUpdated", "originatorReplicaId") => Json::Null,
        ("ConfigResponse", "content") | ("EndpointMetadataGetResponse", "appVersionName" | "payload") => Json::Null,
        ("CommandInvocationRequest" | "CommandInvocationResult" | "AutomationInvocation", "payload") => Json::Null,
        ("RelationGetRequest", "relationType") | ("RelationTreeGetResponse", "relationTree") => Json::Null,
        ("EndpointRelationsGetResponse" | "EndpointRelationsUpdated", "endpointIds") => json!([]),
        ("EndpointMetadataGetRequest", "include") | ("EndpointMetadataKeysGetResponse", "keys") => json!([]),
        ("RelationGetResponse", "relations") => json!([]),
        ("EndpointMetadataGetRequest", "includeMetadata") => json!(true),
        ("ConfigApplied", "statusCode") => json!(200),
        (_, "contentType") => json!("application/json"),
        _ => return None,
    })
}

/// But for the gaps of discrepancy D-14.
#[proves("ISM-008", "ISM-015", "ISM-016")]
#[test]
fn messages_have_the_common_fields() {
    const NO_TIMEOUT: [&str; 2] = ["BroadcastConfigurationUpdateEvent", "ServiceSpecificConfigurationUpdateEvent"];
    const NO_ORIGINATOR: [&str; 5] = [
        "DataSamplesEvent",
        "TimeSeriesEvent",
        "AutomationInvocation",
        "EndpointRelationsUpdated",
        "RelationTreeUpdated",
    ];
    for Vectors { entry, judge, .. } in all() {
        let Schema::Record(record) = judge.schema() else { panic!("{} is no record", entry.name) };
        let common = ["correlationId", "timestamp", "timeout", "originatorReplicaId"];
        let [correlation_id, timestamp, timeout, originator] =
            common.map(|name| record.fields.iter().find(|field| field.name == name).map(|field| &field.schema));
        if entry.kind == Kind::Nested {
            assert_eq!((correlation_id, timestamp, timeout, originator), (None, None, None, None));
            continue;
        }
        assert_eq!((correlation_id, timestamp), (Some(&Schema::String), Some(&Schema::Long)), "{}", entry.name);
        assert_eq!(timeout, (!NO_TIMEOUT.contains(&entry.name)).then_some(&Schema::Long), "{}", entry.name);
        let is_event = matches!(entry.kind, Kind::Event { .. });
        assert_eq!(originator.is_some(), is_event && !NO_ORIGINATOR.contains(&entry.name), "{}", entry.name);
    }
}

/// Subjects tell messages apart, and nothing else does (discrepancies D-10, D-19).
#[test]
fn no_two_messages_have_the_same_kind_of_subject() {
    let mut kinds = BTreeSet::new();
    for Vectors { entry, .. } in all() {
        let is_new = match entry.kind {
            Kind::Request { kind, .. } | Kind::Response { kind, .. } | Kind::OneWay { kind, .. } => kinds.insert(kind),
            Kind::Event { kind } => kinds.insert(kind),
            Kind::Nested => true,
        };
        assert!(is_new, "{:?}", entry.kind);
    }
}

#[test]
fn every_field_and_record_says_what_it_is() {
    for vectors in all() {
        each_record(vectors.judge.schema(), &mut |record| {
            assert!(record.doc.as_ref().is_some_and(|doc| !doc.is_empty()), "{:?}", record.name);
            for field in &record.fields {
                assert!(field.doc.as_ref().is_some_and(|doc| !doc.is_empty()), "{:?}.{}", record.name, field.name);
            }
        });
    }
}

fn each_record(schema: &Schema, check: &mut impl FnMut(&RecordSchema)) {
    match schema {
        Schema::Record(record) => {
            check(record);
            record.fields.iter().for_each(|field| each_record(&field.schema, check));
        }
        Schema::Array(array) => each_record(&array.items, check),
        Schema::Map(map) => each_record(&map.types, check),
        Schema::Union(union) => union.variants().iter().for_each(|variant| each_record(variant, check)),
        _ => {}
    }
}
