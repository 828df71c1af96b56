//! Metadata of an endpoint have changed.

use std::collections::BTreeMap;

use kaa_ism::{Datum, Message};

/// Metadata of an endpoint have changed (15/EME, `0015-ep-metadata-updated.avsc`).
///
/// - Subject: `kaa.v1.events.<originator instance>.endpoint.metadata.updated`.
/// - Sent by the endpoint register. Values are JSON text, strings in quotes; null stands for JSON null (D-29).
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.event.gen.v1.endpoint.metadata")]
#[message(event = "endpoint.metadata.updated")]
#[non_exhaustive]
pub struct MetadataUpdatedEvent {
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
    /// Keys that are gone, with the values that they had.
    #[avro(optional)]
    pub removed: BTreeMap<String, Option<String>>,
    /// Keys that are new, with their values.
    #[avro(optional)]
    pub added: BTreeMap<String, Option<String>>,
    /// Keys whose values have changed.
    #[avro(optional)]
    pub updated: BTreeMap<String, MetadataKeyUpdatedDto>,
    /// Replica that published the event.
    pub originator_replica_id: String,
}

/// The change of one value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Datum)]
#[avro(namespace = "org.kaaproject.ipc.event.gen.v1.endpoint.metadata")]
#[non_exhaustive]
pub struct MetadataKeyUpdatedDto {
    /// The value from now on.
    pub new_value: Option<String>,
    /// The value until now.
    pub old_value: Option<String>,
}

impl MetadataKeyUpdatedDto {
    /// A change from `old_value` to `new_value`.
    #[must_use]
    pub fn new(new_value: Option<String>, old_value: Option<String>) -> Self {
        Self { new_value, old_value }
    }
}
