//! Data samples of an endpoint.

use bytes::Bytes;
use kaa_ism::Message;

/// A batch of data samples (13/DSTP, `0013-ep-data-samples-event.avsc`, DSTP-001 to DSTP-005).
///
/// - Subject: `kaa.v1.events.<transmitter instance>.endpoint.data-collection.data-samples-received`.
/// - replyTo: only if the transmitter wants to know whether the receivers have processed it (DSTP-002); every receiver
///   answers with [`DataSamplesProcessed`](super::DataSamplesProcessed).
/// - Sent by a data transmitter. It has no originatorReplicaId.
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.dstp.gen.v1", borrowed)]
#[message(event = "endpoint.data-collection.data-samples-received")]
#[non_exhaustive]
pub struct DataSamplesEvent {
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// Application version of the endpoint.
    pub app_version_name: String,
    /// The endpoint. Never null, although the official schema speaks of null (D-38).
    pub endpoint_id: String,
    /// How each sample is encoded.
    #[avro(default = "application/json")]
    pub content_type: String,
    /// The samples, each by itself, in the order of the batch.
    pub data_samples: Vec<Bytes>,
}
