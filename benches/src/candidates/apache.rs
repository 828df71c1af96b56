//! `apache-avro` at its best: direct serde, with a reader and a writer that are used again. Its decoder can only copy payloads.

use std::collections::BTreeMap;

use apache_avro::{Schema, reader::datum::GenericDatumReader, writer::datum::GenericDatumWriter};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_bytes::ByteBuf;

use super::Candidate;

/// A message, without its type.
pub(crate) trait Judge {
    fn encode<'a>(&'a self, name: &'static str, out: &'a mut Vec<u8>) -> Candidate<'a>;

    fn decode<'a>(&'a self, name: &'static str, datum: &'a [u8]) -> Candidate<'a>;
}

struct Codec<'s, T> {
    reader: GenericDatumReader<'s>,
    writer: GenericDatumWriter<'s>,
    message: T,
}

impl<'s, T: DeserializeOwned> Codec<'s, T> {
    fn new(schema: &'s Schema, mut datum: &[u8]) -> Self {
        let reader = GenericDatumReader::builder(schema).build().expect("a reader");
        let writer = GenericDatumWriter::builder(schema).build().expect("a writer");
        let message = reader.read_deser(&mut datum).expect("apache-avro decodes");
        assert!(datum.is_empty(), "apache-avro decodes all");
        Self { reader, writer, message }
    }
}

impl<T: Serialize + DeserializeOwned> Judge for Codec<'_, T> {
    fn encode<'a>(&'a self, name: &'static str, out: &'a mut Vec<u8>) -> Candidate<'a> {
        Candidate::encoder(name, out, |out| {
            self.writer.write_ser(out, &self.message).expect("apache-avro encodes");
        })
    }

    fn decode<'a>(&'a self, name: &'static str, datum: &'a [u8]) -> Candidate<'a> {
        Candidate::new(name, move || {
            let mut bytes = datum;
            self.reader.read_deser::<T>(&mut bytes)
        })
    }
}

mod types {
    #![allow(non_camel_case_types, non_snake_case, reason = "names as they are in the schemas")]

    use super::{BTreeMap, ByteBuf, Codec, Deserialize, Judge, Schema, Serialize};

    include!(concat!(env!("OUT_DIR"), "/apache_types.rs"));
}

pub(crate) use types::judge;
