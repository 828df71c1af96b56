//! `apache-avro` as the independent judge, with the schema that our type prints.

use apache_avro::{
    Schema,
    reader::datum::GenericDatumReader,
    schema::{RecordSchema, UnionSchema},
    types::Value,
    writer::datum::GenericDatumWriter,
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytes::Bytes;
use serde_json::Value as Json;

pub(crate) struct Judge {
    pub(crate) schema: Schema,
}

impl Judge {
    pub(crate) fn new(schema: &str) -> Self {
        Self { schema: Schema::parse_str(schema).unwrap_or_else(|error| panic!("{error}: {schema}")) }
    }

    /// What the bytes mean. It must be given whole datums: it takes a missing end for null.
    pub(crate) fn decode(&self, bytes: &[u8]) -> Value {
        let mut rest = bytes;
        let reader = GenericDatumReader::builder(&self.schema).build().unwrap();
        let value = reader.read_value(&mut rest).unwrap();
        assert!(rest.is_empty(), "{} bytes left over", rest.len());
        value
    }

    pub(crate) fn encode(&self, value: &Value) -> Bytes {
        let mut out = Vec::new();
        let writer = GenericDatumWriter::builder(&self.schema).build().unwrap();
        writer.write_value_ref(&mut out, value).unwrap();
        out.into()
    }

    /// What the JSON of a vector means.
    pub(crate) fn parse(&self, json: &Json) -> Value {
        parse(&self.schema, json)
    }
}

fn parse(schema: &Schema, json: &Json) -> Value {
    match schema {
        Schema::Null => {
            assert!(json.is_null(), "{json}");
            Value::Null
        }
        Schema::Boolean => Value::Boolean(json.as_bool().unwrap()),
        Schema::Int => Value::Int(json.as_i64().unwrap().try_into().unwrap()),
        Schema::Long => Value::Long(json.as_i64().unwrap()),
        Schema::Bytes => Value::Bytes(BASE64_STANDARD.decode(json.as_str().unwrap()).unwrap()),
        Schema::String => Value::String(json.as_str().unwrap().to_owned()),
        Schema::Array(array) => {
            Value::Array(json.as_array().unwrap().iter().map(|item| parse(&array.items, item)).collect())
        }
        Schema::Map(map) => {
            let entries = json.as_object().unwrap().iter();
            Value::Map(entries.map(|(key, value)| (key.clone(), parse(&map.types, value))).collect())
        }
        Schema::Union(union) => parse_union(union, json),
        Schema::Record(record) => parse_record(record, json),
        other => panic!("no message has a {other:?}"),
    }
}

fn parse_union(union: &UnionSchema, json: &Json) -> Value {
    let null = Json::Null;
    let (branch, inner) = match json.as_object() {
        Some(object) => {
            assert_eq!(object.len(), 1, "{json}");
            object.iter().next().map(|(name, value)| (name.as_str(), value)).unwrap()
        }
        None => ("null", &null),
    };
    let index = union.variants().iter().position(|variant| variant.canonical_form() == format!("\"{branch}\""));
    let index = index.unwrap_or_else(|| panic!("no branch {branch}"));
    Value::Union(u32::try_from(index).unwrap(), Box::new(parse(&union.variants()[index], inner)))
}

fn parse_record(record: &RecordSchema, json: &Json) -> Value {
    let object = json.as_object().unwrap();
    assert_eq!(object.len(), record.fields.len(), "other fields than {:?}: {json}", record.name);
    let fields = record.fields.iter();
    Value::Record(fields.map(|field| (field.name.clone(), parse(&field.schema, &object[&field.name]))).collect())
}
