//! 14/TSTP as it was before 2024-11-20: points without the time of their ingestion.

use std::collections::BTreeMap;

use kaa_ism::Datum;

use super::{DataPoint, TimeSeriesEvent, Value};

/// What [`TimeSeriesEvent`] was.
#[derive(Datum)]
#[avro(namespace = "org.kaaproject.ipc.tstp.gen.v1", name = "TimeSeriesEvent")]
pub(crate) struct OldTimeSeriesEvent {
    correlation_id: String,
    timestamp: i64,
    timeout: i64,
    app_version_name: String,
    endpoint_id: String,
    time_series_name: String,
    data_points: Vec<OldDataPoint>,
}

/// What [`DataPoint`] was.
#[derive(Datum)]
#[avro(namespace = "org.kaaproject.ipc.tstp.gen.v1", name = "DataPoint")]
struct OldDataPoint {
    timestamp: i64,
    values: BTreeMap<String, Value>,
}

impl From<OldTimeSeriesEvent> for TimeSeriesEvent {
    fn from(old: OldTimeSeriesEvent) -> Self {
        Self {
            correlation_id: old.correlation_id,
            timestamp: old.timestamp,
            timeout: old.timeout,
            app_version_name: old.app_version_name,
            endpoint_id: old.endpoint_id,
            time_series_name: old.time_series_name,
            data_points: old.data_points.into_iter().map(DataPoint::from).collect(),
        }
    }
}

impl From<&TimeSeriesEvent> for OldTimeSeriesEvent {
    fn from(event: &TimeSeriesEvent) -> Self {
        Self {
            correlation_id: event.correlation_id.clone(),
            timestamp: event.timestamp,
            timeout: event.timeout,
            app_version_name: event.app_version_name.clone(),
            endpoint_id: event.endpoint_id.clone(),
            time_series_name: event.time_series_name.clone(),
            data_points: event.data_points.iter().map(OldDataPoint::from).collect(),
        }
    }
}

impl From<OldDataPoint> for DataPoint {
    fn from(old: OldDataPoint) -> Self {
        Self::new(old.timestamp, old.values)
    }
}

impl From<&DataPoint> for OldDataPoint {
    fn from(point: &DataPoint) -> Self {
        Self { timestamp: point.timestamp, values: point.values.clone() }
    }
}
