//! Our messages, each with its file of vectors.

use bytes::Bytes;
use kaa_endpoint::{
    dstp::DataSamplesEvent,
    ecap::{
        EndpointTokenRevokedEvent, EndpointTokenStatusTransitionRequest, EndpointTokenStatusTransitionResponse,
        EndpointTokenValidationRequest, EndpointTokenValidationResponse,
    },
    elce::{
        AppVersionUpdatedEvent, ConnectedEvent, DisconnectedEvent, RegisteredEvent, TrafficReportEvent,
        UnregisteredEvent,
    },
    eme::MetadataUpdatedEvent,
};
use kaa_esp::{ClientData, ExtensionData};
use kaa_ism::{
    Message,
    avro::{Datum as _, DecodeError},
};

/// A message type without its type: what the tests ask of it.
pub(crate) struct Golden {
    pub(crate) file: &'static str,
    pub(crate) name: &'static str,
    /// Its schema as we print it.
    pub(crate) schema: fn() -> String,
    /// Decodes all of the bytes.
    pub(crate) check: fn(&Bytes) -> Result<(), DecodeError>,
    /// Decodes all of the bytes and encodes what came out.
    pub(crate) recode: fn(&Bytes) -> Result<Bytes, DecodeError>,
    /// Decodes from the start of the bytes, and says how many were left over.
    pub(crate) recode_prefix: fn(&Bytes) -> Result<(Bytes, usize), DecodeError>,
    /// Whether both decode to equal messages.
    pub(crate) equal: fn(&Bytes, &Bytes) -> bool,
    /// How many bytes at the end of a datum belong to fields that were appended (discrepancies 6.1).
    pub(crate) appended: fn(&Bytes) -> usize,
}

impl Golden {
    fn of<M: Message + PartialEq>(file: &'static str) -> Self {
        Self {
            file,
            name: M::NAME,
            schema: || M::avro_schema().to_string(),
            check: |bytes| M::decode(bytes).map(drop),
            recode: |bytes| Ok(M::decode(bytes)?.to_bytes()),
            recode_prefix: |bytes| M::decode_prefix(bytes).map(|(message, left)| (message.to_bytes(), left)),
            equal: |one, other| M::decode(one).unwrap() == M::decode(other).unwrap(),
            appended: |_| 0,
        }
    }

    fn with_appended(self, appended: fn(&Bytes) -> usize) -> Self {
        Self { appended, ..self }
    }
}

/// All messages that have vectors.
pub(crate) fn all() -> Vec<Golden> {
    vec![
        Golden::of::<ClientData>("0004-client-data").with_appended(config_name),
        Golden::of::<ExtensionData>("0004-extension-data"),
        Golden::of::<AppVersionUpdatedEvent>("0009-ep-appversion-updated"),
        Golden::of::<ConnectedEvent>("0009-ep-connected"),
        Golden::of::<DisconnectedEvent>("0009-ep-disconnected"),
        Golden::of::<RegisteredEvent>("0009-ep-registered"),
        Golden::of::<TrafficReportEvent>("0009-ep-traffic-stats"),
        Golden::of::<UnregisteredEvent>("0009-ep-unregistered"),
        Golden::of::<DataSamplesEvent>("0013-ep-data-samples-event"),
        Golden::of::<MetadataUpdatedEvent>("0015-ep-metadata-updated"),
        Golden::of::<EndpointTokenRevokedEvent>("0016-endpoint-token-revoked"),
        Golden::of::<EndpointTokenStatusTransitionRequest>("0016-endpoint-token-status-transition-request"),
        Golden::of::<EndpointTokenStatusTransitionResponse>("0016-endpoint-token-status-transition-response"),
        Golden::of::<EndpointTokenValidationRequest>("0016-endpoint-token-validation-request"),
        Golden::of::<EndpointTokenValidationResponse>("0016-endpoint-token-validation-response"),
    ]
}

fn config_name(bytes: &Bytes) -> usize {
    let mut tail = Vec::new();
    ClientData::decode(bytes).unwrap().config_name.write(&mut tail);
    tail.len()
}
