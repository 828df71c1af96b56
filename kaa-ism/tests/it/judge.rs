//! `apache-avro` reads what we write, with the schema that we print.

use apache_avro::{Schema, reader::datum::GenericDatumReader, types::Value, writer::datum::GenericDatumWriter};
use kaa_ism::Message;

use crate::sample::{TimeSeriesEvent, event};

#[test]
fn apache_avro_reads_our_bytes_and_writes_what_we_read() {
    let event = event();
    let schema = Schema::parse_str(&TimeSeriesEvent::avro_schema().to_string()).unwrap();
    let bytes = event.to_bytes();
    let mut rest = &bytes[..];
    let value = GenericDatumReader::builder(&schema).build().unwrap().read_value(&mut rest).unwrap();
    assert!(rest.is_empty());

    let Value::Record(fields) = &value else { panic!("{value:?}") };
    let names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["correlationId", "timestamp", "timeout", "seriesName", "dataPoints", "last"]);
    assert_eq!(fields[3].1, Value::Union(0, Box::new(Value::String("auto~engine".to_owned()))));

    let mut theirs = Vec::new();
    GenericDatumWriter::builder(&schema).build().unwrap().write_value_ref(&mut theirs, &value).unwrap();
    assert_eq!(TimeSeriesEvent::decode(&theirs.into()).unwrap(), event);
}
