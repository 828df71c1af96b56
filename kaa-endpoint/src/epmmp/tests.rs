use kaa_ism::{Message as _, Response as _, Status};
use kaa_proves::proves;

use super::*;
use crate::testing::{hex, subjects, travelled};

#[proves("EPMMP-001", "EPMMP-003", "EPMMP-012", "EPMMP-014", "EPMMP-022", "EPMMP-024")]
#[test]
fn requests_have_their_subjects() {
    assert_eq!(subjects::<EndpointMetadataGetRequest>(), expected("ep-metadata-get"));
    assert_eq!(subjects::<EndpointMetadataPatchRequest>(), expected("ep-metadata-patch"));
    assert_eq!(subjects::<EndpointMetadataKeyUpdateRequest>(), expected("ep-metadata-key-update"));
}

#[proves("EPMMP-030", "EPMMP-039", "EPMMP-041", "EPMMP-047", "EPMMP-049")]
#[test]
fn requests_for_many_have_their_subjects() {
    assert_eq!(subjects::<EndpointMetadataKeyBatchUpdateRequest>(), expected("ep-metadata-key-batch-update")); // D-10
    assert_eq!(subjects::<EndpointMetadataKeysGetRequest>(), expected("ep-metadata-keys-get"));
    assert_eq!(subjects::<AppVersionsByEndpointsRequest>(), expected("ep-app-version-get"));
}

fn expected(kind: &str) -> [String; 2] {
    [format!("kaa.v1.service.peer.epmmp.{kind}-request"), format!("kaa.v1.replica.r1.epmmp.{kind}-response")]
}

#[proves("EPMMP-008", "EPMMP-009")]
#[test]
fn nothing_included_means_everything() {
    let all = EndpointMetadataGetRequest::new("ep-1");
    assert!(all.wants("name") && all.wants("location"));
    let one = all.clone().with_include(["name"]);
    assert!(one.wants("name") && !one.wants("location"));
    for none in [all.with_include_metadata(false), one.with_include_metadata(false)] {
        assert!(!none.wants("name") && !none.wants("location"));
    }
}

#[proves("EPMMP-004", "EPMMP-007")]
#[test]
fn what_was_appended_in_2020_may_be_missing() {
    let request = EndpointMetadataGetRequest::decode(&hex("0000000000")).unwrap();
    assert_eq!(request, EndpointMetadataGetRequest::new(""));
    assert_eq!(request.to_bytes(), hex("000000000001"));
    let response = EndpointMetadataGetResponse::decode(&hex("0000000000000000")).unwrap();
    assert_eq!(response, EndpointMetadataGetResponse::new("", 0));
    assert_eq!(response.to_bytes(), hex("000000000000000000"));
}

#[proves("EPMMP-010")]
#[test]
fn of_an_unknown_endpoint_nothing_is_told() {
    let request = EndpointMetadataGetRequest::new("ep-1").with_include(["name"]);
    let refused = EndpointMetadataGetResponse::refusal(request, &Status::not_found("no such endpoint"));
    assert_eq!((refused.status_code, refused.endpoint_id.as_str()), (404, "ep-1"));
    assert_eq!((&refused.e_tag, &refused.payload, &refused.app_version_name), (&None, &None, &None));
    let answer = EndpointMetadataGetResponse::new("ep-1", 200)
        .with_e_tag("W/\"5\"")
        .with_payload("{}")
        .with_app_version_name("v1");
    assert_eq!(travelled(&answer), answer);
}

#[proves("EPMMP-020")]
#[test]
fn if_match_means_what_it_means_in_http() {
    let patch = EndpointMetadataPatchRequest::new("ep-1", "[]");
    assert_eq!(patch.if_match, None);
    let current = Some("W/\"5\"");
    let cases = [
        (patch.clone(), true, true),
        (patch.clone().with_if_match("*"), true, false),
        (patch.clone().with_if_match("W/\"5\""), true, false),
        (patch.clone().with_if_match("\"4\", W/\"5\" "), true, false),
        (patch.clone().with_if_match("W/\"4\""), false, false),
        (patch.with_if_match(""), false, false),
    ];
    for (patch, with_current, without) in cases {
        assert_eq!(patch.holds_for(current), with_current, "{:?}", patch.if_match);
        assert_eq!(patch.holds_for(None), without, "{:?}", patch.if_match);
    }
}

#[test]
fn refusals_repeat_the_endpoint() {
    let status = Status::forbidden("restricted");
    let patch = EndpointMetadataPatchResponse::refusal(EndpointMetadataPatchRequest::new("ep-1", "[]"), &status);
    let update = EndpointMetadataKeyUpdateRequest::new("ep-1", "serial", "1");
    let update = EndpointMetadataKeyUpdateResponse::refusal(update, &status);
    let keys = EndpointMetadataKeysGetResponse::refusal(EndpointMetadataKeysGetRequest::new("ep-1"), &status);
    assert_eq!([&patch.endpoint_id, &update.endpoint_id, &keys.endpoint_id], ["ep-1"; 3]);
    assert_eq!([patch.status_code, update.status_code, keys.status_code], [403; 3]);
    assert_eq!(keys.keys, [""; 0]);
}

#[proves("EPMMP-033", "EPMMP-036", "EPMMP-038")]
#[test]
fn a_batch_has_commands_for_several_endpoints_and_one_status() {
    let command = |endpoint_id| EndpointMetadataKeyUpdateCommand::new(endpoint_id, "k", "1");
    let batch = EndpointMetadataKeyBatchUpdateRequest::new([command("a"), command("b")]);
    assert_eq!(batch.to_bytes(), hex("000000040261026b02310262026b023100"));
    assert_eq!(travelled(&batch), batch);
    let answer = EndpointMetadataKeyBatchUpdateResponse::new(200);
    assert_eq!(answer.to_bytes(), hex("000000900300"));
}

#[proves("EPMMP-045", "EPMMP-046")]
#[test]
fn an_endpoint_without_metadata_has_no_keys() {
    let answer = EndpointMetadataKeysGetResponse::new("ep-1", 200);
    assert_eq!(answer.to_bytes(), hex("0000000865702d3100900300"));
    let answer = answer.with_keys(["name", "location"]);
    assert_eq!(travelled(&answer).keys, ["name", "location"]);
}

#[proves("EPMMP-054")]
#[test]
fn endpoints_are_listed_by_their_version() {
    let found = [("v1", vec!["a".to_owned(), "b".to_owned()]), ("v2", vec!["c".to_owned()])];
    let answer = AppVersionsByEndpointsResponse::new(["a", "b", "c", "unknown"], found, 200);
    assert_eq!(travelled(&answer), answer);
    assert_eq!(answer.app_versions_to_endpoints["v1"], ["a", "b"]);
    let request = AppVersionsByEndpointsRequest::new(["a", "unknown"]);
    let refused = AppVersionsByEndpointsResponse::refusal(request, &Status::unavailable("later"));
    assert_eq!(refused.endpoint_ids, ["a", "unknown"]);
    assert!(refused.app_versions_to_endpoints.is_empty());
}
