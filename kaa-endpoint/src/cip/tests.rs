use bytes::Bytes;
use kaa_ism::{Message as _, Response as _, Status};
use kaa_proves::proves;

use super::*;
use crate::testing::{hex, subjects, travelled};

#[proves("CIP-001", "CIP-003")]
#[test]
fn commands_have_their_subjects() {
    let expected = ["kaa.v1.service.peer.cip.command-request", "kaa.v1.replica.r1.cip.command-result"];
    assert_eq!(subjects::<CommandInvocationRequest>(), expected);
}

#[proves("CIP-004", "CIP-010")]
#[test]
fn a_payload_that_is_null_is_not_an_empty_one() {
    let request = CommandInvocationRequest::new("ep-1", "reboot", 7);
    assert_eq!(request.payload, None);
    assert_eq!(request.to_bytes(), hex("0000000865702d310c7265626f6f740e00"));
    let request = request.with_payload("");
    assert_eq!(request.to_bytes(), hex("0000000865702d310c7265626f6f740e0200"));
    assert_eq!(travelled(&request).payload, Some(Bytes::new()));

    let result = CommandInvocationResult::new("v1", "ep-1", "reboot", 7, 200);
    assert_eq!((&result.reason_phrase, &result.payload), (&None, &None));
    assert_eq!(travelled(&result), result);
}

#[proves("CIP-009")]
#[test]
fn a_refusal_names_its_command() {
    let mut request = CommandInvocationRequest::new("ep-1", "reboot", 7).with_payload("now");
    request.correlation_id = "c1".to_owned();
    let result = CommandInvocationResult::refusal(request, &Status::not_found("no such endpoint"));
    assert_eq!((result.endpoint_id.as_str(), result.command_type.as_str(), result.command_id), ("ep-1", "reboot", 7));
    assert_eq!((result.correlation_id.as_str(), result.app_version_name.as_str()), ("c1", ""));
    assert_eq!((result.status_code, result.reason_phrase.as_deref()), (404, Some("no such endpoint")));
    assert_eq!(result.payload, None);
}
