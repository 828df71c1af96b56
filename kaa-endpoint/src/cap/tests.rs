use kaa_ism::{Event as _, Message as _, Response as _, Status, Subject};

use super::*;
use crate::testing::{hex, peer, subjects, travelled};

#[test]
fn requests_have_their_subjects_cap_001_cap_003_cap_010_cap_012() {
    let expected =
        |kind| [format!("kaa.v1.service.peer.cap.{kind}-request"), format!("kaa.v1.replica.r1.cap.{kind}-response")];
    assert_eq!(subjects::<ClientBasicAuthenticationRequest>(), expected("basic"));
    assert_eq!(subjects::<ClientCertificateAuthenticationRequest>(), expected("certificate"));
}

#[test]
fn user_name_and_password_cannot_be_null_cap_004_cap_008() {
    let request = ClientBasicAuthenticationRequest::new("t", "u", "p");
    assert_eq!(request.to_bytes(), hex("000000027402750270"));
    assert_eq!(travelled(&request), request);
}

#[test]
fn a_password_is_in_no_log() {
    let text = format!("{:?}", ClientBasicAuthenticationRequest::new("tenant-1", "alice", "s3cret"));
    assert!(text.contains("tenant-1") && text.contains("alice") && !text.contains("s3cret"), "{text}");
}

#[test]
fn whoever_is_refused_is_nobody_cap_007_cap_009_cap_016_cap_018() {
    let status = Status::unauthorized("x");
    let refused =
        ClientBasicAuthenticationResponse::refusal(ClientBasicAuthenticationRequest::new("t", "u", "p"), &status);
    assert_eq!(refused.to_bytes(), hex("0000000202a206020278"));
    let request = ClientCertificateAuthenticationRequest::new("CN=Example CA", "2576");
    let refused = ClientCertificateAuthenticationResponse::refusal(request, &status);
    assert_eq!(refused.to_bytes(), hex("000000020202a206020278"));
}

#[test]
fn an_answer_tells_credentials_client_and_tenant_cap_009_cap_018() {
    let answer = ClientBasicAuthenticationResponse::new(200).with_credentials_id("c").with_client_id("i");
    assert_eq!(answer.to_bytes(), hex("000000000263000269900300"));
    let answer = ClientCertificateAuthenticationResponse::new(200)
        .with_tenant_id("t")
        .with_credentials_id("c")
        .with_client_id("i");
    assert_eq!(answer.to_bytes(), hex("000000000274000263000269900300"));
}

#[test]
fn the_subject_says_which_credentials_were_revoked_cap_021() {
    let event = ClientCredentialsRevokedEvent::new("tenant-1", "cred-9");
    assert_eq!(ClientCredentialsRevokedEvent::KIND.as_str(), "client-credentials.*.revoked");
    assert!(event.subject(&peer()).is_err());
    for (kind, token) in [(CredentialsKind::Basic, "basic"), (CredentialsKind::Certificate, "certificate")] {
        let subject = event.subject_with(&peer(), &[kind.as_str()]).unwrap();
        assert_eq!(subject.as_str(), format!("kaa.v1.events.peer.client-credentials.{token}.revoked"));
        assert_eq!(CredentialsKind::of(&subject), Some(kind));
    }
}

#[test]
fn other_subjects_say_nothing_about_credentials_cap_021() {
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

#[test]
fn a_revoked_event_names_tenant_and_credentials_cap_022() {
    let event = ClientCredentialsRevokedEvent::new("t", "c");
    assert_eq!(event.to_bytes(), hex("0000000274026300"));
    assert_eq!(travelled(&event), event);
}
