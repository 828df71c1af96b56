//! A message with everything that Kaa's schemas have.

use std::collections::BTreeMap;

use bytes::Bytes;
use kaa_ism::{
    Datum, Message,
    avro::{Datum, Decode, DecodeError, Reader},
};

/// The union of 14/TSTP: a value of a time series.
#[derive(Clone, Debug, PartialEq, Datum)]
pub(crate) enum Value {
    Boolean(bool),
    Int(i32),
    Long(i64),
    Float(f32),
    Double(f64),
    String(String),
    Bytes(Bytes),
    Null,
}

/// Values by name.
#[derive(Clone, Debug, PartialEq, Datum)]
#[avro(namespace = "example.series")]
pub(crate) struct DataPoint {
    pub(crate) timestamp: i64,
    pub(crate) values: BTreeMap<String, Value>,
}

/// Data points of an endpoint.
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "example.series")]
#[message(event = "endpoint.series.received")]
pub(crate) struct TimeSeriesEvent {
    pub(crate) correlation_id: String,
    pub(crate) timestamp: i64,
    #[avro(default = 0)]
    pub(crate) timeout: i64,
    /// Name of the series.
    #[avro(null = "last")]
    pub(crate) series_name: Option<String>,
    pub(crate) data_points: Vec<DataPoint>,
    pub(crate) last: Option<DataPoint>,
}

/// The bytes of a value.
pub(crate) fn written<T: Datum>(value: &T) -> Vec<u8> {
    let mut out = Vec::new();
    value.write(&mut out);
    out
}

/// Reads a value that fills the bytes.
pub(crate) fn read<T: for<'a> Decode<'a>>(bytes: impl AsRef<[u8]>) -> Result<T, DecodeError> {
    let source = Bytes::copy_from_slice(bytes.as_ref());
    let mut input = Reader::new(&source);
    let value = T::read(&mut input)?;
    assert!(input.at_end(), "{} bytes are left", input.left());
    Ok(value)
}

/// A message with two points.
pub(crate) fn event() -> TimeSeriesEvent {
    let point = |timestamp, values: Vec<(&str, Value)>| {
        let values = values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        DataPoint { timestamp, values }
    };
    let points = [
        point(1, vec![("rpm", Value::Int(1200)), ("state", Value::String("on".to_owned()))]),
        point(2, vec![("raw", Value::Bytes(Bytes::from_static(b"\0\xff"))), ("rpm", Value::Null)]),
    ];
    TimeSeriesEvent::new(points).with_series_name("auto~engine").with_last(point(3, Vec::new()))
}
