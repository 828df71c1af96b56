//! Values of golden datums as Rust values, so that no field can stand in for another.

use std::{collections::BTreeMap, fmt::Debug};

use bytes::Bytes;
use kaa_endpoint::{
    dstp::DataSamplesEvent,
    ecap::{
        EndpointTokenRevokedEvent, EndpointTokenStatusTransitionRequest, EndpointTokenStatusTransitionResponse,
        EndpointTokenValidationRequest, EndpointTokenValidationResponse,
    },
    elce::{
        AppVersionUpdatedEvent, ConnectedEvent, DisconnectedEvent, RegisteredEvent, TrafficReportEvent, TrafficStat,
        UnregisteredEvent,
    },
    eme::{MetadataKeyUpdatedDto, MetadataUpdatedEvent},
};
use kaa_esp::{ClientData, ExtensionData};
use kaa_ism::{Deadline, Message, ReplicaId, Response as _, Stamp, Timestamp, avro::DecodeErrorKind};
use kaa_proves::proves;

use crate::vectors::Vectors;

/// The bytes of a vector are those of `message`, once it is stamped as the typical vectors are.
fn is_typical<M: Message + PartialEq + Debug>(file: &str, mut message: M) {
    const NOW: i64 = 1_700_000_000_123;
    let replica = ReplicaId::parse("cmx-6d9f-0").unwrap();
    let id = "3f0c1c9e-5a52-4c3b-9a53-0d1f4e6f7a10";
    message.stamp(&Stamp::new(id, Timestamp(NOW), Deadline::of(NOW, 30_000), &replica));
    let vectors = Vectors::load(file);
    let typical = vectors.named("typical");
    assert_eq!(M::decode(&typical.bytes).unwrap(), message);
    assert_eq!(message.to_bytes(), typical.bytes);
}

fn decoded<M: Message>(file: &str, name: &str) -> M {
    M::decode(&Vectors::load(file).named(name).bytes).unwrap()
}

#[proves("ESP-004")]
#[test]
fn client_data_has_nine_fields() {
    let message = ClientData::new("kettle-v2", "/config/json")
        .with_endpoint_id("ep-7f31")
        .with_request_id(17)
        .with_payload(r#"{"observe":true}"#)
        .with_config_name("network");
    is_typical("0004-client-data", message);
}

#[proves("ESP-015")]
#[test]
fn extension_data_has_eleven_fields() {
    let message = ExtensionData::new("/config/json", 200)
        .with_app_version_name("kettle-v2")
        .with_extension_instance_name("cmx")
        .with_endpoint_id("ep-7f31")
        .with_request_id(17)
        .with_payload(r#"{"observe":true}"#)
        .with_reason_phrase("OK");
    is_typical("0004-extension-data", message);
}

/// Discrepancy D-12: null is the last branch of this union.
#[proves("ESP-005")]
#[test]
fn endpoint_id_is_branch_0_with_a_value_and_branch_1_for_null() {
    let aware: ClientData = decoded("0004-client-data", "branch_endpointId_string");
    let unaware: ClientData = decoded("0004-client-data", "endpoint_unaware");
    assert_eq!(aware.endpoint_id.as_deref(), Some("ep-7f31"));
    assert_eq!(unaware.endpoint_id, None);

    let nothing = ClientData::new("", "").to_bytes();
    assert_eq!(nothing[..], [0, 0, 0, 0, 2, 0, 2, 0, 0]);
    let empty = ClientData::new("", "").with_endpoint_id("").to_bytes();
    assert_eq!(empty[..], [0, 0, 0, 0, 0, 0, 0, 2, 0, 0]);
}

#[proves("ESP-008")]
#[test]
fn request_id_null_is_not_zero() {
    let none: ClientData = decoded("0004-client-data", "branch_requestId_null");
    assert_eq!(none.request_id, None);
    assert_ne!(ClientData::new("", "").to_bytes(), ClientData::new("", "").with_request_id(0).to_bytes());
}

#[proves("ESP-009", "ESP-025")]
#[test]
fn any_bytes_are_a_payload() {
    let all: Vec<u8> = (0..=255).collect();
    assert_eq!(decoded::<ClientData>("0004-client-data", "payload_all_256_bytes").payload, all);
    assert_eq!(decoded::<ClientData>("0004-client-data", "empty_payload").payload, "");
    let answer: ExtensionData = decoded("0004-extension-data", "payload_all_256_bytes");
    assert_eq!(answer.payload.as_deref(), Some(&all[..]));
}

#[test]
fn a_payload_is_a_slice_of_what_was_received() {
    let vectors = Vectors::load("0004-client-data");
    let received = &vectors.named("payload_8192_bytes").bytes;
    let payload = ClientData::decode(received).unwrap().payload;
    assert_eq!(payload.len(), 8192);
    assert!(received.as_ptr_range().contains(&payload.as_ptr()));
}

#[test]
fn empty_and_spelt_out_config_names_are_not_null() {
    let file = "0004-client-data";
    assert_eq!(decoded::<ClientData>(file, "no_request_id_no_config_name").config_name, None);
    assert_eq!(decoded::<ClientData>(file, "config_name_empty").config_name.as_deref(), Some(""));
    assert_eq!(decoded::<ClientData>(file, "config_name_default_spelt_out").config_name.as_deref(), Some("default"));
}

#[proves("ESP-023")]
#[test]
fn no_payload_and_empty_payload_are_two_values() {
    let none: ExtensionData = decoded("0004-extension-data", "branch_payload_null");
    let empty: ExtensionData = decoded("0004-extension-data", "empty_payload_is_not_null");
    assert_eq!(none.payload, None);
    assert_eq!(empty.payload, Some(Bytes::new()));
    assert_ne!(none.to_bytes(), empty.to_bytes());
}

#[proves("ESP-024")]
#[test]
fn status_code_has_no_default() {
    let vectors = Vectors::load("0004-extension-data");
    let minimal = &vectors.named("minimal").bytes;
    let cut = minimal.slice(..minimal.len() - 2); // before statusCode and reasonPhrase
    let error = ExtensionData::decode(&cut).unwrap_err();
    assert_eq!((error.kind(), error.path().as_str()), (DecodeErrorKind::UnexpectedEnd, "ExtensionData.statusCode"));
}

#[proves("ESP-016")]
#[test]
fn app_version_may_be_unknown() {
    let answer: ExtensionData = decoded("0004-extension-data", "unknown_app_version");
    assert_eq!((answer.app_version_name, answer.endpoint_id.is_some()), (None, true));
}

#[proves("ELCE-004", "ELCE-007")]
#[test]
fn endpoints_map_ids_to_app_versions() {
    is_typical("0009-ep-connected", ConnectedEvent::new([("endpoints-1", "kettle-v2")]));
    is_typical("0009-ep-disconnected", DisconnectedEvent::new([("endpoints-1", "kettle-v2")]));
    let several: ConnectedEvent = decoded("0009-ep-connected", "edge_several_entries");
    assert!(several.endpoints.len() > 1);
}

#[test]
fn blocks_of_any_form_are_one_map() {
    let file = "0009-ep-connected";
    let several: ConnectedEvent = decoded(file, "edge_several_entries");
    assert_eq!(decoded::<ConnectedEvent>(file, "blocks_of_one_item").endpoints, several.endpoints);
    assert_eq!(decoded::<ConnectedEvent>(file, "blocks_with_negative_count").endpoints, several.endpoints);
}

#[proves("ELCE-010", "ELCE-012", "ELCE-014")]
#[test]
fn lifecycle_events_name_endpoint_and_app_version() {
    is_typical("0009-ep-registered", RegisteredEvent::new("kettle-v2", "ep-7f31"));
    is_typical("0009-ep-unregistered", UnregisteredEvent::new("kettle-v2", "ep-7f31"));
    is_typical("0009-ep-appversion-updated", AppVersionUpdatedEvent::new("kettle-v2", "kettle-v1", "ep-7f31"));
}

/// Periods are in nanoseconds, the timestamp is in milliseconds.
#[proves("ELCE-017", "ELCE-018")]
#[test]
fn traffic_is_by_tenant_application_and_endpoint() {
    let mut traffic = TrafficStat::default();
    traffic.total_received_payload = 4096;
    traffic.total_sent_payload = 512;
    traffic.total_received_message_count = 12;
    traffic.total_sent_message_count = 3;
    let endpoints = BTreeMap::from([("tenantTrafficStats#0#0-1".to_owned(), traffic)]);
    let applications = BTreeMap::from([("tenantTrafficStats#0-1".to_owned(), endpoints)]);
    let (from, to) = (1_700_000_000_000_000_000, 1_700_000_060_000_000_000);
    let report = TrafficReportEvent::new([("tenantTrafficStats-1", applications)], from, to);
    is_typical("0009-ep-traffic-stats", report);

    let file = "0009-ep-traffic-stats";
    let middle: TrafficReportEvent = decoded(file, "empty_middle_map");
    assert!(middle.tenant_traffic_stats.values().all(BTreeMap::is_empty));
    let three: TrafficReportEvent = decoded(file, "three_levels_two_each");
    let leaves = three.tenant_traffic_stats.values().flat_map(BTreeMap::values).flat_map(BTreeMap::values);
    assert_eq!(leaves.count(), 8);
}

#[proves("DSTP-003", "DSTP-005")]
#[test]
fn data_samples_have_a_plain_endpoint_id() {
    let mut event = DataSamplesEvent::new("kettle-v2", "ep-7f31", [r#"{"humidity":88}"#, r#"[{"humidity":88}]"#]);
    event.content_type = "application/json".to_owned();
    is_typical("0013-ep-data-samples-event", event);
}

/// Each element is one sample; the content type has a default.
#[proves("DSTP-004")]
#[test]
fn samples_are_separate_byte_strings() {
    let event = DataSamplesEvent::new("app", "ep", [r#"{"a":1}"#, "15"]);
    assert_eq!(event.content_type, "application/json");
    assert_eq!(DataSamplesEvent::decode(&event.to_bytes()).unwrap().data_samples, [r#"{"a":1}"#, "15"]);
}

#[proves("ECAP-008")]
#[test]
fn a_validated_token_has_two_ids_and_an_invalid_one_none() {
    is_typical("0016-endpoint-token-validation-request", EndpointTokenValidationRequest::new("kettle", "tkn42"));
    let valid = EndpointTokenValidationResponse::new(200)
        .with_token_id("tok-77")
        .with_endpoint_id("ep-7f31")
        .with_reason_phrase("OK");
    is_typical("0016-endpoint-token-validation-response", valid);
    let minimal: EndpointTokenValidationResponse = decoded("0016-endpoint-token-validation-response", "minimal");
    assert_eq!((minimal.token_id, minimal.endpoint_id), (None, None));
}

#[proves("ECAP-016")]
#[test]
fn a_status_transition_takes_token_and_target_and_gives_a_status() {
    let request = EndpointTokenStatusTransitionRequest::new("kettle", "tkn42", "REVOKED");
    is_typical("0016-endpoint-token-status-transition-request", request);
    let response = EndpointTokenStatusTransitionResponse::new(200).with_reason_phrase("OK");
    assert!(response.status().code().is_success());
    is_typical("0016-endpoint-token-status-transition-response", response);
}

#[proves("ECAP-020", "ECAP-021")]
#[test]
fn a_revocation_lists_token_ids() {
    let event = EndpointTokenRevokedEvent::new("kettle", "ep-7f31", ["tok-1", "tok-1-2"]);
    is_typical("0016-endpoint-token-revoked", event);
}

#[proves("EME-003", "EME-004")]
#[test]
fn a_metadata_event_has_values_as_json_text() {
    let updated = MetadataKeyUpdatedDto::new(Some("2".into()), Some("1".into()));
    let event = MetadataUpdatedEvent::new("kettle-v2", "ep-7f31")
        .with_removed([("removed-1", "\"Linux\"".to_owned())])
        .with_added([("added-1", r#"{"lat":27.66,"lon":-81.5}"#.to_owned())])
        .with_updated([("updated-1", updated)]);
    is_typical("0015-ep-metadata-updated", event);
}
