//! One point of a time series.

use std::collections::BTreeMap;

use kaa_ism::Datum;

use super::Value;

/// One point of a [`TimeSeriesEvent`](super::TimeSeriesEvent) (TSTP-003).
#[derive(Clone, Debug, Default, PartialEq, Datum)]
#[avro(namespace = "org.kaaproject.ipc.tstp.gen.v1", borrowed)]
#[non_exhaustive]
pub struct DataPoint {
    /// When the platform took the point in, in milliseconds since the Unix epoch (TSTP-006). 0 means unknown: peers of
    /// before 2024-11-20 do not say it.
    #[avro(default = 0)]
    pub ingestion_timestamp: i64,
    /// The time of the point, in milliseconds since the Unix epoch (TSTP-006).
    pub timestamp: i64,
    /// The values by name. May be empty.
    pub values: BTreeMap<String, Value>,
}

impl DataPoint {
    /// A point of the time `timestamp`, in milliseconds since the Unix epoch, with named values.
    #[must_use]
    pub fn new(timestamp: i64, values: impl IntoIterator<Item = (impl Into<String>, impl Into<Value>)>) -> Self {
        let values = values.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        Self { ingestion_timestamp: 0, timestamp, values }
    }

    /// With `ingestionTimestamp`.
    #[must_use]
    pub fn with_ingestion_timestamp(mut self, ingestion_timestamp: i64) -> Self {
        self.ingestion_timestamp = ingestion_timestamp;
        self
    }
}
