//! 22/CAP.

use kaa_endpoint::cap::{
    Cap as _, CertificateOwner, ClientBasicAuthenticationRequest, ClientCertificateAuthenticationRequest,
    ClientCertificateAuthenticationResponse, ClientCredentialsRevokedEvent, CredentialsKind, CredentialsOwner,
    CredentialsProvider, provider,
};
use kaa_ism::{Context, Event as _, EventFilter, Fanout, SendOptions, Status, respond};
use kaa_proves::proves;

use crate::support::*;

/// Knows Alice, and a certificate of which it knows no client.
struct Credentials;

impl CredentialsProvider for Credentials {
    async fn authenticate_basic(
        &self,
        request: ClientBasicAuthenticationRequest,
        _: Context,
    ) -> Result<CredentialsOwner, Status> {
        match (request.tenant_id.as_str(), request.username.as_str(), request.password.as_str()) {
            ("tenant-1", "alice", "s3cret") => Ok(CredentialsOwner::new("cred-1").with_client_id("client-1")),
            _ => Err(Status::unauthorized("unknown credentials")),
        }
    }

    async fn authenticate_certificate(
        &self,
        request: ClientCertificateAuthenticationRequest,
        _: Context,
    ) -> Result<CertificateOwner, Status> {
        match (request.issuer.as_str(), request.serial_number.as_str()) {
            ("CN=CA", "2576") => Ok(CertificateOwner::new("tenant-1", CredentialsOwner::new("cred-3"))),
            _ => Err(Status::unauthorized("unknown certificate")),
        }
    }
}

#[proves("CAP-005", "CAP-006", "CAP-007", "CAP-009")]
#[tokio::test(start_paused = true)]
async fn each_question_about_a_password_has_one_answer() {
    let good = ClientBasicAuthenticationRequest::new("tenant-1", "alice", "s3cret");
    let known = answered(provider(Credentials), good).await;
    assert_eq!((known.credentials_id.as_deref(), known.client_id.as_deref()), (Some("cred-1"), Some("client-1")));
    let wrong = ClientBasicAuthenticationRequest::new("tenant-1", "alice", "guess");
    let unknown = answered(provider(Credentials), wrong).await;
    assert_eq!((unknown.status_code, unknown.credentials_id, unknown.client_id), (401, None, None));
}

#[proves("CAP-014", "CAP-015", "CAP-016", "CAP-018")]
#[tokio::test(start_paused = true)]
async fn each_question_about_a_certificate_has_one_answer() {
    let known = answered(provider(Credentials), ClientCertificateAuthenticationRequest::new("CN=CA", "2576")).await;
    assert_eq!((known.status_code, known.tenant_id.as_deref()), (200, Some("tenant-1")));
    assert_eq!((known.credentials_id.as_deref(), known.client_id), (Some("cred-3"), None));
    let unknown = answered(provider(Credentials), ClientCertificateAuthenticationRequest::new("CN=CA", "1")).await;
    assert_eq!((unknown.status_code, unknown.tenant_id, unknown.credentials_id), (401, None, None));
}

#[proves("CAP-001", "CAP-002", "CAP-003", "CAP-004", "CAP-010", "CAP-011", "CAP-012", "CAP-013")]
#[tokio::test(start_paused = true)]
async fn a_handle_asks() {
    let request: ClientBasicAuthenticationRequest = asked(async |bus| {
        let peer = bus.cap(instance("peer"));
        let _ = peer.authenticate_basic("tenant-1", Some("alice"), Some(""), SendOptions::default()).await;
    })
    .await;
    assert_eq!((request.tenant_id.as_str(), request.username.as_str()), ("tenant-1", "alice"));
    assert_eq!(request.password, "", "empty is not absent");
    let request: ClientCertificateAuthenticationRequest = asked(async |bus| {
        let _ = bus.cap(instance("peer")).authenticate_certificate("CN=CA", "2576", SendOptions::default()).await;
    })
    .await;
    assert_eq!((request.issuer.as_str(), request.serial_number.as_str()), ("CN=CA", "2576"));
}

// D-32
#[proves("CAP-008")]
#[tokio::test(start_paused = true)]
async fn whoever_gives_no_user_name_or_no_password_is_refused_without_asking_kaa_unverified() {
    let mut world = World::new();
    let mut bus = world.raw("kaa.v1.service.>").await;
    let peer = world.caller().await.cap(instance("peer"));
    for (username, password) in [(None, Some("s3cret")), (Some("alice"), None), (None, None)] {
        let answer = peer.authenticate_basic("tenant-1", username, password, SendOptions::default()).await;
        assert_eq!(refusal(answer), "401 user name and password are required");
    }
    assert!(bus.is_silent().await);
}

#[tokio::test(start_paused = true)]
async fn a_handle_tells_owner_and_refusal_apart() {
    let mut world = World::new();
    world.serve("peer", provider(Credentials)).await;
    let (peer, options) = (world.caller().await.cap(instance("peer")), SendOptions::default);
    let alice = peer.authenticate_basic("tenant-1", Some("alice"), Some("s3cret"), options()).await.unwrap();
    assert_eq!(alice, CredentialsOwner::new("cred-1").with_client_id("client-1"));
    let other = peer.authenticate_basic("tenant-2", Some("alice"), Some("s3cret"), options()).await;
    assert_eq!(refusal(other), "401 unknown credentials");
    let owner = peer.authenticate_certificate("CN=CA", "2576", options()).await.unwrap();
    assert_eq!(owner, CertificateOwner::new("tenant-1", CredentialsOwner::new("cred-3")));
    assert_eq!(refusal(peer.authenticate_certificate("CN=CA", "1", options()).await), "401 unknown certificate");
}

#[tokio::test(start_paused = true)]
async fn a_success_without_a_tenant_is_none() {
    let mut world = World::new();
    let role = respond(async |_: ClientCertificateAuthenticationRequest, _: Context| {
        Ok(ClientCertificateAuthenticationResponse::new(200).with_credentials_id("cred-3"))
    });
    world.serve("peer", role).await;
    let peer = world.caller().await.cap(instance("peer"));
    let answer = peer.authenticate_certificate("CN=CA", "2576", SendOptions::default()).await;
    assert_eq!(refusal(answer), "502 a certificate was called valid without saying whose it is");
}

#[proves("CAP-021", "CAP-022")]
#[tokio::test(start_paused = true)]
async fn revoked_credentials_are_announced_by_their_kind() {
    let mut world = World::new();
    let mut all = world.heard::<ClientCredentialsRevokedEvent>("kpc", EventFilter::any(), Fanout::EveryReplica).await;
    let certificates = EventFilter::any()
        .with_variables(ClientCredentialsRevokedEvent::KIND, &[CredentialsKind::Certificate.as_str()])
        .unwrap();
    let mut some = world.heard::<ClientCredentialsRevokedEvent>("tls", certificates, Fanout::EveryReplica).await;
    let bus = world.caller().await;
    for kind in CredentialsKind::ALL {
        bus.announce_revoked(kind, ClientCredentialsRevokedEvent::new("tenant-1", kind.as_str())).await.unwrap();
    }
    for kind in CredentialsKind::ALL {
        let (event, context) = all.recv().await.unwrap();
        let subject = format!("kaa.v1.events.caller.client-credentials.{}.revoked", kind.as_str());
        assert_eq!((context.subject.as_str(), event.credentials_id.as_str()), (subject.as_str(), kind.as_str()));
        assert_eq!(CredentialsKind::of(&context.subject), Some(kind));
    }
    let (event, _) = some.recv().await.unwrap();
    assert_eq!(event.credentials_id, "certificate");
    idle().await;
    assert!(some.try_recv().is_err());
}
