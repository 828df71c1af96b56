//! `apache-avro` at its best: direct serde, with a reader and a writer that are used again.

use apache_avro::{Schema, reader::datum::GenericDatumReader, writer::datum::GenericDatumWriter};
use kaa_ism::Message as _;
use serde::{Deserialize, Serialize};

/// As the message of kaa-esp; its decoder can only copy the payload.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClientData {
    correlation_id: String,
    timestamp: i64,
    timeout: i64,
    app_version_name: String,
    endpoint_id: Option<String>,
    resource_path: String,
    request_id: Option<i32>,
    #[serde(with = "serde_bytes")]
    payload: Vec<u8>,
    config_name: Option<String>,
}

/// The schema that our type prints.
pub(crate) fn schema() -> Schema {
    Schema::parse_str(&kaa_esp::ClientData::avro_schema().to_string()).expect("a schema")
}

pub(crate) struct Codec<'s> {
    reader: GenericDatumReader<'s>,
    writer: GenericDatumWriter<'s>,
}

impl<'s> Codec<'s> {
    pub(crate) fn new(schema: &'s Schema) -> Self {
        Self {
            reader: GenericDatumReader::builder(schema).build().expect("a reader"),
            writer: GenericDatumWriter::builder(schema).build().expect("a writer"),
        }
    }

    pub(crate) fn encode(&self, message: &ClientData, out: &mut Vec<u8>) {
        self.writer.write_ser(out, message).expect("apache-avro encodes");
    }

    pub(crate) fn decode(&self, mut bytes: &[u8]) -> ClientData {
        self.reader.read_deser(&mut bytes).expect("apache-avro decodes")
    }
}
