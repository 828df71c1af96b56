//! The schema text.

use std::collections::BTreeMap;

use kaa_ism::{
    Datum, Message,
    avro::{Datum, Names},
};

use crate::sample::TimeSeriesEvent;

/// Every kind of default; a "quoted" word, and a \ too.
///
/// # Examples
///
/// Not part of the schema.
#[derive(Datum)]
#[avro(namespace = "example", name = "allDefaults")]
struct Defaults {
    /// Of the reader.
    #[avro(default = "application/json")]
    content_type: String,
    #[avro(default = 200)]
    status_code: i32,
    #[avro(default = true)]
    include_metadata: bool,
    #[avro(default = null)]
    reason_phrase: Option<String>,
    #[avro(default = [])]
    keys: Vec<String>,
    #[avro(rename = "tenantID")]
    tenant_id: String,
    #[avro(null = "last")]
    endpoint_id: Option<String>,
    ratios: BTreeMap<String, f64>,
    /// Kept
    /// on one line.
    r#type: Vec<f32>,
}

#[test]
fn a_schema_has_names_types_defaults_and_docs() {
    insta::assert_snapshot!(Defaults::schema(&mut Names::new()), @r#"
    {
        "namespace": "example",
        "name": "allDefaults",
        "type": "record",
        "doc": "Every kind of default; a \"quoted\" word, and a \\ too.",
        "fields": [
            {"name": "contentType", "type": "string", "default": "application/json", "doc": "Of the reader."},
            {"name": "statusCode", "type": "int", "default": 200},
            {"name": "includeMetadata", "type": "boolean", "default": true},
            {"name": "reasonPhrase", "type": ["null", "string"], "default": null},
            {"name": "keys", "type": {"type": "array", "items": "string"}, "default": []},
            {"name": "tenantID", "type": "string"},
            {"name": "endpointId", "type": ["string", "null"]},
            {"name": "ratios", "type": {"type": "map", "values": "double"}},
            {"name": "type", "type": {"type": "array", "items": "float"}, "doc": "Kept on one line."}
        ]
    }
    "#);
}

/// A "quoted" word, and a \ too.
#[derive(Datum)]
struct OddTexts {
    /// A "field".
    #[avro(default = "é \"\\ \u{7}\u{200b}")]
    text: String,
}

#[test]
fn the_schema_is_json_whatever_the_texts() {
    let schema: serde_json::Value = serde_json::from_str(&OddTexts::schema(&mut Names::new()).to_string()).unwrap();
    assert_eq!(schema["doc"], r#"A "quoted" word, and a \ too."#);
    assert_eq!(schema["fields"][0]["doc"], r#"A "field"."#);
    assert_eq!(schema["fields"][0]["default"], "é \"\\ \u{7}\u{200b}");
}

#[test]
fn a_record_is_written_out_once_and_then_called_by_its_full_name() {
    insta::assert_snapshot!(TimeSeriesEvent::avro_schema(), @r#"
    {
        "namespace": "example.series",
        "name": "TimeSeriesEvent",
        "type": "record",
        "doc": "Data points of an endpoint.",
        "fields": [
            {"name": "correlationId", "type": "string"},
            {"name": "timestamp", "type": "long"},
            {"name": "timeout", "type": "long", "default": 0},
            {"name": "seriesName", "type": ["string", "null"], "doc": "Name of the series."},
            {"name": "dataPoints", "type": {"type": "array", "items": {
                "namespace": "example.series",
                "name": "DataPoint",
                "type": "record",
                "doc": "Values by name.",
                "fields": [
                    {"name": "timestamp", "type": "long"},
                    {"name": "values", "type": {"type": "map", "values": ["boolean", "int", "long", "float", "double", "string", "bytes", "null"]}}
                ]
            }}},
            {"name": "last", "type": ["null", "example.series.DataPoint"]}
        ]
    }
    "#);
}

mod elsewhere {
    use kaa_ism::Datum;

    #[derive(Datum)]
    #[avro(namespace = "example.series")]
    pub(super) struct DataPoint {
        pub(super) when: i64,
    }
}

/// Two types of one full name.
#[derive(Datum)]
struct Ambiguous {
    one: Vec<crate::sample::DataPoint>,
    other: Option<elsewhere::DataPoint>,
}

#[test]
#[should_panic(expected = "`it::sample::DataPoint` and `it::schema::elsewhere::DataPoint` are both the record \
                `example.series.DataPoint`: one needs another name")]
fn two_records_of_one_name_are_no_schema() {
    let _ = Ambiguous::schema(&mut Names::new());
}

#[test]
fn apache_avro_takes_the_defaults() {
    apache_avro::Schema::parse_str(&Defaults::schema(&mut Names::new()).to_string()).unwrap();
}
