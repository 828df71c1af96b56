//! A `TimeSeriesEvent` with many points: most of it is a map.

use kaa_endpoint::tstp::{DataPoint, TimeSeriesEvent, TimeSeriesEventRef, Value};
use kaa_ism::Message as _;

use super::{
    Candidate, Measure,
    pair::{Pair, schema_of},
};

const POINTS: i32 = 100;

/// The case `time-series/100x4`: points of four values each.
pub(crate) fn time_series(measure: &mut Measure<'_>) {
    let points = (0..POINTS).map(|index| {
        let values = [
            ("temperature", Value::from(20.0 + f64::from(index) / 8.0)),
            ("rpm", Value::from(1200 + index)),
            ("total", Value::from(1_000_000 + i64::from(index))),
            ("state", Value::from("heating")),
        ];
        let timestamp = 1_700_000_000_000 + i64::from(index) * 1000;
        DataPoint::new(timestamp, values).with_ingestion_timestamp(timestamp + 250)
    });
    let event = TimeSeriesEvent::new("smart_kettle_v1", "6f1f9c52-1d0c-4a58-8a3c-5f2f0f9f1b11", "kettle", points);
    let (datum, schema) = (event.to_bytes(), schema_of::<TimeSeriesEvent>());
    let mut pair = Pair::<TimeSeriesEvent>::new("0014-ep-time-series-event", &schema, &datum);
    let mut candidates = pair.candidates();
    candidates.push(Candidate::new("decode-borrowed", || TimeSeriesEventRef::decode(&datum)));
    measure("time-series/100x4", candidates);
}
