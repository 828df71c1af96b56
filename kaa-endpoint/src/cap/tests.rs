use kaa_ism::{Event as _, Message as _, Response as _, Status, Subject};
use kaa_proves::proves;

use super::*;
use crate::testing::{hex, peer, subjects, travelled};

#[proves("CAP-001", "CAP-003", "CAP-010", "CAP-012")]
#[test]
fn requests_have_their_subjects() {
    let expected =
        |kind| [format!("kaa.v1.service.peer.cap.{kind}-request"), format!("kaa.v1.replica.r1.cap.{kind}-response")];
    assert_eq!(subjects::<ClientBasicAuthenticationRequest>(), expected("basic"));
    assert_eq!(subjects::<ClientCertificateAuthenticationRequest>(), expected("certificate"));
}

#[proves("CAP-004", "CAP-008")]
#[test]
fn user_name_and_password_cannot_be_null() {
    let request = ClientBasicAuthenticationRequest::new("t", "u", "p");
    assert_eq!(request.to_bytes(), hex("000000027402750270"));
    assert_eq!(travelled(&request), request);
}

#[test]
fn a_password_is_in_no_log() {
    let text = format!("{:?}", ClientBasicAuthenticationRequest::new("tenant-1", "alice", "s3cret"));
    assert!(text.contains("tenant-1") && text.contains("alice") && !text.contains("s3cret"), "{text}");
}

#[proves("CAP-007", "CAP-009", "CAP-016")]
#[test]
fn whoever_is_refused_is_nobody() {
    let status = Status::unauthorized("x");
    let refused =
        ClientBasicAuthenticationResponse::refusal(ClientBasicAuthenticationRequest::new("t", "u", "p"), &status);
    assert_eq!(refused.to_bytes(), hex("0000000202a206020278"));
    let request = ClientCertificateAuthenticationRequest::new("CN=Example CA", "2576");
    let refused = ClientCertificateAuthenticationResponse::refusal(request, &status);
    assert_eq!(refused.to_bytes(), hex("000000020202a206020278"));
}

#[proves("CAP-007", "CAP-016", "CAP-018")]
#[test]
fn an_answer_tells_credentials_client_and_tenant() {
    let answer = ClientBasicAuthenticationResponse::new(200).with_credentials_id("c").with_client_id("i");
    assert_eq!(answer.to_bytes(), hex("000000000263000269900300"));
    let answer = ClientCertificateAuthenticationResponse::new(200)
        .with_tenant_id("t")
        .with_credentials_id("c")
        .with_client_id("i");
    assert_eq!(answer.to_bytes(), hex("000000000274000263000269900300"));
}

#[proves("CAP-021")]
#[test]
fn the_subject_says_which_credentials_were_revoked() {
    let event = ClientCredentialsRevokedEvent::new("tenant-1", "cred-9");
    assert_eq!(ClientCredentialsRevokedEvent::KIND.as_str(), "client-credentials.*.revoked");
    assert!(event.subject(&peer()).is_err());
    for (kind, token) in [(CredentialsKind::Basic, "basic"), (CredentialsKind::Certificate, "certificate")] {
        let subject = event.subject_with(&peer(), &[kind.as_str()]).unwrap();
        assert_eq!(subject.as_str(), format!("kaa.v1.events.peer.client-credentials.{token}.revoked"));
        assert_eq!(CredentialsKind::of(&subject), Some(kind));
    }
}

#[proves("CAP-021")]
#[test]
fn other_subjects_say_nothing_about_credentials() {
    for other in [
        "kaa.v1.events.peer.client-credentials.token.revoked",
        "kaa.v1.events.peer.client-credentials.basic.expired",
        "kaa.v1.events.peer.client-credentials.a.basic.revoked",
        "kaa.v1.events.peer.client.credential.revoked",
        "kaa.v1.service.peer.client-credentials.basic.revoked",
        "client-credentials.basic.revoked",
    ] {
        assert_eq!(CredentialsKind::of(&Subject::parse(other).unwrap()), None, "{other}");
    }
}

#[proves("CAP-022")]
#[test]
fn a_revoked_event_names_tenant_and_credentials() {
    let event = ClientCredentialsRevokedEvent::new("t", "c");
    assert_eq!(event.to_bytes(), hex("0000000274026300"));
    assert_eq!(travelled(&event), event);
}
