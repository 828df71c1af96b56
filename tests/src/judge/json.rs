//! The JSON form of a datum, as `vectors/README.md` has it.

use anyhow::{Context as _, Result, anyhow, bail};
use apache_avro::{
    Schema,
    schema::{RecordField, RecordSchema, UnionSchema},
    types::Value,
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Map, Value as Json, json};

pub(super) fn parse(schema: &Schema, json: &Json) -> Result<Value> {
    let expected = |what: &str| anyhow!("{json} is no {what}");
    let long = || json.as_i64().ok_or_else(|| expected("integer of 64 bits"));
    let text = || json.as_str().ok_or_else(|| expected("string"));
    Ok(match schema {
        Schema::Null if json.is_null() => Value::Null,
        Schema::Null => bail!(expected("null")),
        Schema::Boolean => Value::Boolean(json.as_bool().ok_or_else(|| expected("boolean"))?),
        Schema::Int => Value::Int(long()?.try_into().map_err(|_| expected("integer of 32 bits"))?),
        Schema::Long => Value::Long(long()?),
        Schema::Float => Value::Float(single(float(json).ok_or_else(|| expected("number"))?)),
        Schema::Double => Value::Double(float(json).ok_or_else(|| expected("number"))?),
        Schema::Bytes => Value::Bytes(BASE64_STANDARD.decode(text()?).map_err(|_| expected("base64"))?),
        Schema::String => Value::String(text()?.to_owned()),
        Schema::Array(array) => {
            let items = json.as_array().ok_or_else(|| expected("array"))?;
            Value::Array(items.iter().map(|item| parse(&array.items, item)).collect::<Result<_>>()?)
        }
        Schema::Map(map) => {
            let entries = json.as_object().ok_or_else(|| expected("object"))?.iter();
            let entries = entries.map(|(key, value)| Ok((key.clone(), parse(&map.types, value)?)));
            Value::Map(entries.collect::<Result<_>>()?)
        }
        Schema::Union(union) => parse_union(union, json)?,
        Schema::Record(record) => parse_record(record, json)?,
        other => bail!("no message has a {other:?}"),
    })
}

/// A number, or one of the three that JSON has no number for.
fn float(json: &Json) -> Option<f64> {
    match json.as_str() {
        Some("NaN") => Some(f64::NAN),
        Some("Infinity") => Some(f64::INFINITY),
        Some("-Infinity") => Some(f64::NEG_INFINITY),
        Some(_) => None,
        None => json.as_f64(),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a float of a vector is given with its exact value")]
fn single(value: f64) -> f32 {
    value as f32
}

fn parse_union(union: &UnionSchema, json: &Json) -> Result<Value> {
    let mut members = json.as_object().into_iter().flatten();
    let (branch, inner) = match (members.next(), members.next()) {
        (None, _) if json.is_null() => ("null", json),
        (Some((branch, inner)), None) => (branch.as_str(), inner),
        _ => bail!("{json} is neither null nor an object with the name of a branch"),
    };
    let mut branches = (0..).zip(union.variants());
    let found = branches.find(|(_, variant)| variant.canonical_form() == format!("\"{branch}\""));
    let (index, variant) = found.with_context(|| format!("there is no branch {branch}"))?;
    Ok(Value::Union(index, Box::new(parse(variant, inner)?)))
}

fn parse_record(record: &RecordSchema, json: &Json) -> Result<Value> {
    let object = json.as_object().with_context(|| format!("{json} is no record"))?;
    let is_known = |name: &String| record.fields.iter().any(|field| &field.name == name);
    if let Some(unknown) = object.keys().find(|&name| !is_known(name)) {
        bail!("there is no field {unknown}");
    }
    let fields = record.fields.iter().map(|field| {
        let member = object.get(&field.name).with_context(|| format!("member {} is missing", field.name))?;
        let value = parse(&field.schema, member).with_context(|| format!("member {}", field.name))?;
        Ok((field.name.clone(), value))
    });
    Ok(Value::Record(fields.collect::<Result<_>>()?))
}

/// The JSON with all fields of the schema, and with strings in the branch of a union where the schema has one.
pub(super) fn filled(schema: &Schema, json: &Json) -> Json {
    match (schema, json) {
        (Schema::Record(record), Json::Object(object)) => {
            let mut all: Map<String, Json> = object.clone();
            for field in &record.fields {
                let value = object.get(&field.name).map_or_else(|| initial(field), |json| filled(&field.schema, json));
                all.insert(field.name.clone(), value);
            }
            all.into()
        }
        (Schema::Array(array), Json::Array(items)) => items.iter().map(|item| filled(&array.items, item)).collect(),
        (Schema::Map(map), Json::Object(entries)) => {
            entries.iter().map(|(key, value)| (key.clone(), filled(&map.types, value))).collect()
        }
        (Schema::Union(_), Json::String(text)) => json!({ "string": text }),
        _ => json.clone(),
    }
}

fn initial(field: &RecordField) -> Json {
    field.default.clone().unwrap_or_else(|| match &field.schema {
        Schema::String | Schema::Bytes => json!(""),
        Schema::Int | Schema::Long => json!(0),
        _ => Json::Null,
    })
}
