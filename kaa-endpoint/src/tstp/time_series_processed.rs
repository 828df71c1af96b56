//! Whether a receiver has processed data points.

use kaa_ism::{Acknowledged, Acknowledgement, Identity, Message, Status};

use super::TimeSeriesEvent;

/// Says whether a receiver has processed the points of an event (14/TSTP, `0014-ep-time-series-processed.avsc`,
/// TSTP-007, TSTP-008).
///
/// - Subject: the replyTo of the [`TimeSeriesEvent`] as it stands. The RFC defines no message
///   type for it (D-15); a replyTo of ours is `kaa.v1.replica.<transmitter replica>.tstp.time-series-processed`.
/// - Sent by every receiver of an event with a replyTo. Nothing in it names the receiver (TSTP-008). The text of the
///   RFC shows it in the namespace of 13/DSTP; the schema file rules (D-3).
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.tstp.gen.v1")]
#[message(one_way = "tstp.time-series-processed")]
#[non_exhaustive]
pub struct TimeSeriesProcessed {
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// HTTP status code: 2xx on success.
    pub status_code: i32,
    /// Reason phrase. Null if there is none.
    #[avro(default = null)]
    pub reason_phrase: Option<String>,
}

impl Acknowledgement for TimeSeriesProcessed {
    /// Repeats the correlation id of the event; there is no place for the name of the receiver (TSTP-008).
    fn of(correlation_id: &str, _receiver: &Identity, status: &Status) -> Self {
        Self {
            correlation_id: correlation_id.to_owned(),
            ..Self::new(status.code().as_i32()).with_reason_phrase(status.reason())
        }
    }

    fn status(&self) -> Status {
        kaa_ism::export::status(self.status_code, self.reason_phrase.as_deref())
    }
}

impl Acknowledged for TimeSeriesEvent {
    type Acknowledgement = TimeSeriesProcessed;
}
