//! `apache-avro` as the independent judge of what our types write, with the schema that they print.

mod difference;
mod json;

use anyhow::{Context as _, Result, ensure};
use apache_avro::{Schema, reader::datum::GenericDatumReader, types::Value, writer::datum::GenericDatumWriter};
use bytes::Bytes;
use serde_json::Value as Json;

pub use difference::difference;

/// Reads and writes the datums of one schema.
#[derive(Debug)]
pub struct Judge {
    schema: Schema,
}

impl Judge {
    /// A judge for a schema of ours.
    ///
    /// # Errors
    ///
    /// `apache-avro` refuses the schema.
    pub fn new(schema: &kaa_ism::avro::Schema) -> Result<Self> {
        let text = schema.to_string();
        Ok(Self { schema: Schema::parse_str(&text).with_context(|| format!("schema {text}"))? })
    }

    /// The schema as `apache-avro` has it.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// What the bytes mean. They must be a whole datum, one that our strict decoder has accepted: `apache-avro` takes a
    /// missing end for null.
    ///
    /// # Errors
    ///
    /// They are none, or there are too many of them.
    pub fn decode(&self, bytes: &[u8]) -> Result<Value> {
        let mut rest = bytes;
        let reader = GenericDatumReader::builder(&self.schema).build()?;
        let value = reader.read_value(&mut rest).with_context(|| format!("bytes {}", hex::encode(bytes)))?;
        ensure!(rest.is_empty(), "{} bytes are left over", rest.len());
        Ok(value)
    }

    /// The bytes of a value; entries of maps come in any order.
    ///
    /// # Errors
    ///
    /// The value is none of the schema.
    pub fn encode(&self, value: &Value) -> Result<Bytes> {
        let mut out = Vec::new();
        let writer = GenericDatumWriter::builder(&self.schema).build()?;
        writer.write_value_ref(&mut out, value).with_context(|| format!("value {value:?}"))?;
        Ok(out.into())
    }

    /// What the JSON of a vector means.
    ///
    /// # Errors
    ///
    /// It is not of the schema, member by member.
    pub fn parse(&self, json: &Json) -> Result<Value> {
        json::parse(&self.schema, json)
    }

    /// The same for the JSON of a message before fields were added: these are given their default, else null, 0 or
    /// nothing.
    ///
    /// # Errors
    ///
    /// It has other members than the schema.
    pub fn parse_older(&self, json: &Json) -> Result<Value> {
        json::parse(&self.schema, &json::filled(&self.schema, json))
    }
}
