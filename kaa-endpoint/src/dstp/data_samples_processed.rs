//! Whether a receiver has processed data samples.

use kaa_ism::{Acknowledged, Acknowledgement, Identity, Message, Status};

use super::DataSamplesEvent;

/// Says whether a receiver has processed a batch of data samples (13/DSTP, `0013-ep-data-samples-processed.avsc`,
/// DSTP-006 to DSTP-009).
///
/// - Subject: the replyTo of the [`DataSamplesEvent`] as it stands. The RFC defines no message
///   type for it (D-15); a replyTo of ours is `kaa.v1.replica.<transmitter replica>.dstp.data-samples-processed`.
/// - Sent by every receiver of an event with a replyTo; without one nothing is answered (DSTP-007). The text of the RFC
///   calls it EndpointDataSampleProcessed.
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.dstp.gen.v1")]
#[message(one_way = "dstp.data-samples-processed")]
#[non_exhaustive]
pub struct DataSamplesProcessed {
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// Instance name of the receiver, by which the answers to one event are told apart (DSTP-008).
    pub receiver_service_instance_name: String,
    /// HTTP status code: 2xx on success.
    pub status_code: i32,
    /// Reason phrase. Null if there is none.
    #[avro(default = null)]
    pub reason_phrase: Option<String>,
}

impl Acknowledgement for DataSamplesProcessed {
    /// Names the receiver, and repeats the correlation id of the event (DSTP-008, DSTP-009).
    fn of(correlation_id: &str, receiver: &Identity, status: &Status) -> Self {
        Self {
            correlation_id: correlation_id.to_owned(),
            ..Self::new(receiver.instance.as_str(), status.code().as_i32()).with_reason_phrase(status.reason())
        }
    }

    fn status(&self) -> Status {
        kaa_ism::export::status(self.status_code, self.reason_phrase.as_deref())
    }
}

impl Acknowledged for DataSamplesEvent {
    type Acknowledgement = DataSamplesProcessed;
}
