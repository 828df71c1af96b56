use kaa_ism::{Message as _, Response as _, Status};

use super::*;
use crate::testing::{hex, subject_of, subjects, travelled};

#[test]
fn requests_have_their_subjects_ecap_001_ecap_003_ecap_009_ecap_011_ecap_022_ecap_024_ecap_031_ecap_033() {
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

#[test]
fn events_have_their_subjects_ecap_019_ecap_044() {
    let token = EndpointTokenRevokedEvent::new("kettle", "ep-1", ["t1", "t2"]);
    assert_eq!(subject_of(&token), "kaa.v1.events.peer.endpoint.token.revoked");
    let credential = ClientCredentialRevokedEvent::new("cred-9");
    assert_eq!(subject_of(&credential), "kaa.v1.events.peer.client.credential.revoked");
    assert_eq!(travelled(&credential), credential);
}

#[test]
fn no_password_is_not_an_empty_one_ecap_025_ecap_029() {
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

#[test]
fn whoever_is_refused_is_nobody_ecap_030_ecap_041() {
    let status = Status::unauthorized("unknown credentials");
    let password = ClientUsernamePasswordValidationRequest::new().with_username("alice").with_password("s3cret");
    let refused = ClientUsernamePasswordValidationResponse::refusal(password, &status);
    assert_eq!((refused.status_code, &refused.credential_id, &refused.client_id), (401, &None, &None));
    let certificate = ClientCertificateValidationRequest::new("CN=Example CA", "2576");
    let refused = ClientCertificateValidationResponse::refusal(certificate, &status);
    assert_eq!((refused.status_code, &refused.credential_id, &refused.client_id), (401, &None, &None));
    assert_eq!(travelled(&refused), refused);
}

#[test]
fn a_valid_credential_may_have_no_client_ecap_028_ecap_030() {
    let answer = ClientUsernamePasswordValidationResponse::new(200).with_credential_id("c");
    assert_eq!(answer.to_bytes(), hex("00000000026302900300"));
    assert!(answer.status().code().is_success());
    let answer = ClientCertificateValidationResponse::new(200).with_credential_id("c").with_client_id("d");
    assert_eq!((answer.credential_id.as_deref(), answer.client_id.as_deref()), (Some("c"), Some("d")));
}
