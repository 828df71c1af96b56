use kaa_ism::{Message as _, Response as _, Status};
use kaa_proves::proves;

use super::*;
use crate::testing::{hex, subject_of, subjects, travelled};

#[proves("ECAP-001", "ECAP-003", "ECAP-009", "ECAP-011", "ECAP-022", "ECAP-024", "ECAP-031", "ECAP-033")]
#[test]
fn requests_have_their_subjects() {
    let cases = [
        (subjects::<EndpointTokenValidationRequest>(), "ep-token"),
        (subjects::<EndpointTokenStatusTransitionRequest>(), "ep-token-status-transition"),
        (subjects::<ClientUsernamePasswordValidationRequest>(), "client-username-password"),
        (subjects::<ClientCertificateValidationRequest>(), "client-certificate"),
    ];
    for (subjects, kind) in cases {
        assert_eq!(
            subjects,
            [format!("kaa.v1.service.peer.ecap.{kind}-request"), format!("kaa.v1.replica.r1.ecap.{kind}-response")]
        );
    }
}

#[proves("ECAP-019", "ECAP-044")]
#[test]
fn events_have_their_subjects() {
    let token = EndpointTokenRevokedEvent::new("kettle", "ep-1", ["t1", "t2"]);
    assert_eq!(subject_of(&token), "kaa.v1.events.peer.endpoint.token.revoked");
    let credential = ClientCredentialRevokedEvent::new("cred-9");
    assert_eq!(subject_of(&credential), "kaa.v1.events.peer.client.credential.revoked");
    assert_eq!(travelled(&credential), credential);
}

#[proves("ECAP-025", "ECAP-029")]
#[test]
fn no_password_is_not_an_empty_one() {
    let request = ClientUsernamePasswordValidationRequest::new();
    assert_eq!(request.to_bytes(), hex("0000000202"));
    let request = request.with_username("").with_password("");
    assert_eq!(request.to_bytes(), hex("00000000000000"));
    assert_eq!(travelled(&request).password.as_deref(), Some(""));
}

#[test]
fn a_password_is_in_no_log() {
    let request = ClientUsernamePasswordValidationRequest::new().with_username("alice").with_password("s3cret");
    let text = format!("{request:?}");
    assert!(text.contains("alice") && !text.contains("s3cret"), "{text}");
}

#[proves("ECAP-030", "ECAP-041")]
#[test]
fn whoever_is_refused_is_nobody() {
    let status = Status::unauthorized("unknown credentials");
    let password = ClientUsernamePasswordValidationRequest::new().with_username("alice").with_password("s3cret");
    let refused = ClientUsernamePasswordValidationResponse::refusal(password, &status);
    assert_eq!((refused.status_code, &refused.credential_id, &refused.client_id), (401, &None, &None));
    let certificate = ClientCertificateValidationRequest::new("CN=Example CA", "2576");
    let refused = ClientCertificateValidationResponse::refusal(certificate, &status);
    assert_eq!((refused.status_code, &refused.credential_id, &refused.client_id), (401, &None, &None));
    assert_eq!(travelled(&refused), refused);
}

#[proves("ECAP-028", "ECAP-030")]
#[test]
fn a_valid_credential_may_have_no_client() {
    let answer = ClientUsernamePasswordValidationResponse::new(200).with_credential_id("c");
    assert_eq!(answer.to_bytes(), hex("00000000026302900300"));
    assert!(answer.status().code().is_success());
    let answer = ClientCertificateValidationResponse::new(200).with_credential_id("c").with_client_id("d");
    assert_eq!((answer.credential_id.as_deref(), answer.client_id.as_deref()), (Some("c"), Some("d")));
}
