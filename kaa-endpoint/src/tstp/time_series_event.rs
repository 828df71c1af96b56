//! Data points of an endpoint.

use kaa_ism::Message;

use super::{DataPoint, before_2024_11::OldTimeSeriesEvent};

/// Points of one time series of an endpoint (14/TSTP, `0014-ep-time-series-event.avsc`, TSTP-001 to TSTP-006).
///
/// - Subject: `kaa.v1.events.<transmitter instance>.endpoint.data-collection.data-points-received.<time series name>`;
///   the name is the eighth token and has to be one (TSTP-002, ISM-025).
/// - replyTo: only if the transmitter wants to know whether the receivers have processed it (TSTP-007); every receiver
///   answers with [`TimeSeriesProcessed`](super::TimeSeriesProcessed).
/// - Sent by a time series transmitter. It has no originatorReplicaId.
/// - Peers of before 2024-11-20 have no ingestion timestamps in their points; without points the bytes are the same.
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.tstp.gen.v1", borrowed, before(R2024_11 = OldTimeSeriesEvent))]
#[message(event = "endpoint.data-collection.data-points-received.{time_series_name}")]
#[non_exhaustive]
pub struct TimeSeriesEvent {
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// Application version of the endpoint.
    pub app_version_name: String,
    /// The endpoint.
    pub endpoint_id: String,
    /// Name of the time series; the last token of the subject (TSTP-002).
    pub time_series_name: String,
    /// The points. May be empty.
    pub data_points: Vec<DataPoint>,
}
