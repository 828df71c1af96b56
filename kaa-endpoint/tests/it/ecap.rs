//! 16/ECAP.

use std::sync::{Arc, Mutex};

use kaa_endpoint::{
    TokenStatus,
    ecap::{
        ClientCertificateValidationRequest, ClientCertificateValidationResponse, ClientCredentialRevokedEvent,
        ClientUsernamePasswordValidationRequest, CredentialOwner, CredentialProvider, Ecap as _,
        EndpointTokenRevokedEvent, EndpointTokenStatusTransitionRequest, EndpointTokenValidationRequest,
        EndpointTokenValidationResponse, TokenOwner, TokenProvider, credential_provider, provider,
    },
};
use kaa_ism::{Bus as _, CallError, Context, EventFilter, Fanout, RequestError, SendOptions, Status, respond};
use kaa_proves::proves;

use crate::support::*;

/// Knows the token `t`, and notes to which statuses it went.
#[derive(Default)]
struct Tokens(Arc<Mutex<Vec<String>>>);

impl TokenProvider for Tokens {
    async fn validate(&self, request: EndpointTokenValidationRequest, _: Context) -> Result<TokenOwner, Status> {
        match (request.app_name.as_str(), request.token.as_str()) {
            ("kettle", "t") => Ok(TokenOwner::new("id-t", "ep-1")),
            _ => Err(Status::unauthorized("unknown token")),
        }
    }

    async fn transition(&self, request: EndpointTokenStatusTransitionRequest, _: Context) -> Result<(), Status> {
        // The first to come would be the last to go on.
        let before = self.0.lock().unwrap().len();
        tokio::time::sleep(std::time::Duration::from_millis(100 / (before as u64 + 1))).await;
        self.0.lock().unwrap().push(request.target_status.clone());
        match request.target_status.parse::<TokenStatus>() {
            Ok(TokenStatus::Inactive) => Err(Status::conflict("a token does not go back")),
            Ok(_) => Ok(()),
            Err(error) => Err(Status::bad_request("no such status").with_source(error)),
        }
    }
}

/// Knows Alice, of whom it knows no client, and a certificate.
struct Credentials;

impl CredentialProvider for Credentials {
    async fn validate_username_password(
        &self,
        request: ClientUsernamePasswordValidationRequest,
        _: Context,
    ) -> Result<CredentialOwner, Status> {
        match (request.username.as_deref(), request.password.as_deref()) {
            (Some("alice"), Some("s3cret")) => Ok(CredentialOwner::new("cred-1")),
            (Some("alice"), None) => Ok(CredentialOwner::new("cred-2").with_client_id("no password")),
            _ => Err(Status::unauthorized("unknown credentials")),
        }
    }

    async fn validate_certificate(
        &self,
        request: ClientCertificateValidationRequest,
        _: Context,
    ) -> Result<CredentialOwner, Status> {
        match (request.issuer.as_str(), request.serial_number.as_str()) {
            ("CN=CA", "2576") => Ok(CredentialOwner::new("cred-3").with_client_id("client-3")),
            _ => Err(Status::unauthorized("unknown certificate")),
        }
    }
}

#[proves("ECAP-005", "ECAP-006", "ECAP-007")]
#[tokio::test(start_paused = true)]
async fn each_question_about_a_token_has_one_answer() {
    let known = answered(provider(Tokens::default()), EndpointTokenValidationRequest::new("kettle", "t")).await;
    assert_eq!((known.token_id.as_deref(), known.endpoint_id.as_deref()), (Some("id-t"), Some("ep-1")));
    assert_eq!(known.status_code, 200);
    for (app_name, token) in [("kettle", "u"), ("toaster", "t")] {
        let request = EndpointTokenValidationRequest::new(app_name, token);
        let unknown = answered(provider(Tokens::default()), request).await;
        assert_eq!((unknown.status_code, unknown.token_id, unknown.endpoint_id), (401, None, None));
    }
}

#[proves("ECAP-013", "ECAP-014", "ECAP-015", "ECAP-016")]
#[tokio::test(start_paused = true)]
async fn each_transition_has_one_answer() {
    for (target, code) in [("SUSPENDED", 200), ("INACTIVE", 409), ("FROZEN", 400)] {
        let request = EndpointTokenStatusTransitionRequest::new("kettle", "t", target);
        assert_eq!(answered(provider(Tokens::default()), request).await.status_code, code, "{target}");
    }
}

#[proves("ECAP-026", "ECAP-027", "ECAP-028", "ECAP-035", "ECAP-036", "ECAP-037")]
#[tokio::test(start_paused = true)]
async fn each_question_about_a_credential_has_one_answer() {
    let password = ClientUsernamePasswordValidationRequest::new().with_username("alice").with_password("s3cret");
    let known = answered(credential_provider(Credentials), password).await;
    assert_eq!((known.status_code, known.credential_id.as_deref(), known.client_id), (200, Some("cred-1"), None));
    let certificate = ClientCertificateValidationRequest::new("CN=CA", "1");
    let unknown = answered(credential_provider(Credentials), certificate).await;
    assert_eq!((unknown.status_code, unknown.credential_id, unknown.client_id), (401, None, None));
}

#[proves("ECAP-001", "ECAP-002", "ECAP-003", "ECAP-004", "ECAP-009", "ECAP-010", "ECAP-011", "ECAP-012")]
#[tokio::test(start_paused = true)]
async fn a_handle_asks_about_tokens() {
    let request: EndpointTokenValidationRequest = asked(async |bus| {
        let _ = bus.ecap(instance("peer")).validate("kettle", "t", SendOptions::default()).await;
    })
    .await;
    assert_eq!((request.app_name.as_str(), request.token.as_str()), ("kettle", "t"));
    let request: EndpointTokenStatusTransitionRequest = asked(async |bus| {
        let peer = bus.ecap(instance("peer"));
        let _ = peer.transition("kettle", "t", TokenStatus::Suspended, SendOptions::default()).await;
    })
    .await;
    assert_eq!(request.target_status, "SUSPENDED");
}

#[proves("ECAP-022", "ECAP-023", "ECAP-024", "ECAP-025", "ECAP-029")]
#[tokio::test(start_paused = true)]
async fn a_handle_asks_about_user_names_and_tells_absent_from_empty() {
    for password in [None, Some(""), Some("s3cret")] {
        let request: ClientUsernamePasswordValidationRequest = asked(async |bus| {
            let peer = bus.ecap(instance("peer"));
            let _ = peer.validate_username_password(Some("alice"), password, SendOptions::default()).await;
        })
        .await;
        assert_eq!((request.username.as_deref(), request.password.as_deref()), (Some("alice"), password));
    }
}

#[proves("ECAP-031", "ECAP-032", "ECAP-033", "ECAP-034")]
#[tokio::test(start_paused = true)]
async fn a_handle_asks_about_certificates() {
    let request: ClientCertificateValidationRequest = asked(async |bus| {
        let _ = bus.ecap(instance("peer")).validate_certificate("CN=CA", "2576", SendOptions::default()).await;
    })
    .await;
    assert_eq!((request.issuer.as_str(), request.serial_number.as_str()), ("CN=CA", "2576"));
}

#[tokio::test(start_paused = true)]
async fn a_handle_tells_owner_refusal_and_silence_apart() {
    let mut world = World::new();
    let bus = world.caller().await;
    let peer = bus.ecap(instance("peer"));
    let nobody = peer.validate("kettle", "t", SendOptions::default()).await.unwrap_err();
    assert!(matches!(nobody, RequestError::NoAnswer(CallError::NoResponders { .. })), "{nobody:?}");
    world.serve("peer", provider(Tokens::default())).await;
    let options = SendOptions::default;
    assert_eq!(peer.validate("kettle", "t", options()).await.unwrap(), TokenOwner::new("id-t", "ep-1"));
    assert_eq!(refusal(peer.validate("kettle", "u", options()).await), "401 unknown token");
    peer.transition("kettle", "t", TokenStatus::Active, options()).await.unwrap();
    let back = peer.transition("kettle", "t", TokenStatus::Inactive, options()).await;
    assert_eq!(refusal(back), "409 a token does not go back");
}

#[proves("ECAP-030", "ECAP-041")]
#[tokio::test(start_paused = true)]
async fn a_credential_has_an_owner_whether_its_client_is_known_or_not() {
    let mut world = World::new();
    world.serve("peer", credential_provider(Credentials)).await;
    let (peer, options) = (world.caller().await.ecap(instance("peer")), SendOptions::default);
    let alice = peer.validate_username_password(Some("alice"), Some("s3cret"), options()).await.unwrap();
    assert_eq!(alice, CredentialOwner::new("cred-1"));
    let without = peer.validate_username_password(Some("alice"), None, options()).await.unwrap();
    assert_eq!(without, CredentialOwner::new("cred-2").with_client_id("no password"));
    let certificate = peer.validate_certificate("CN=CA", "2576", options()).await.unwrap();
    assert_eq!(certificate, CredentialOwner::new("cred-3").with_client_id("client-3"));
    assert_eq!(refusal(peer.validate_certificate("CN=CA", "1", options()).await), "401 unknown certificate");
    let nobody = peer.validate_username_password(None, None, options()).await;
    assert_eq!(refusal(nobody), "401 unknown credentials");
}

#[tokio::test(start_paused = true)]
async fn a_success_without_an_owner_is_none() {
    let mut world = World::new();
    let options = SendOptions::default;
    let token = respond(async |_: EndpointTokenValidationRequest, _: Context| {
        Ok(EndpointTokenValidationResponse::new(200).with_token_id("id-t"))
    });
    world.serve("tokens", token).await;
    let certificate = respond(async |_: ClientCertificateValidationRequest, _: Context| {
        Ok(ClientCertificateValidationResponse::new(200).with_client_id("client-3"))
    });
    world.serve("certificates", certificate).await;
    let bus = world.caller().await;
    let answer = bus.ecap(instance("tokens")).validate("kettle", "t", options()).await;
    assert_eq!(refusal(answer), "502 a token was called valid without saying whose it is");
    let answer = bus.ecap(instance("certificates")).validate_certificate("CN=CA", "2576", options()).await;
    assert_eq!(refusal(answer), "502 a credential was called valid without saying which it is");
}

#[tokio::test(start_paused = true)]
async fn transitions_of_one_token_are_handled_in_order() {
    let mut world = World::new();
    let tokens = Tokens::default();
    let statuses = tokens.0.clone();
    world.serve("peer", provider(tokens)).await;
    let peer = world.caller().await.ecap(instance("peer"));
    let go = async |target| peer.transition("kettle", "t", target, SendOptions::default()).await.unwrap();
    tokio::join!(go(TokenStatus::Suspended), go(TokenStatus::Active), go(TokenStatus::Revoked));
    assert_eq!(*statuses.lock().unwrap(), ["SUSPENDED", "ACTIVE", "REVOKED"]);
}

#[proves("ECAP-019", "ECAP-020", "ECAP-044", "ECAP-045", "ISM-020")]
#[tokio::test(start_paused = true)]
async fn every_replica_hears_what_was_revoked() {
    let mut world = World::new();
    let mut replicas = Vec::new();
    for _ in 0..2 {
        replicas.push(world.heard::<EndpointTokenRevokedEvent>("kpc", EventFilter::any(), Fanout::EveryReplica).await);
    }
    let mut credentials = world
        .heard::<ClientCredentialRevokedEvent>("kpc", EventFilter::of(instance("caller")), Fanout::EveryReplica)
        .await;
    let bus = world.caller().await;
    bus.broadcast(EndpointTokenRevokedEvent::new("kettle", "ep-1", ["id-t", "id-u"])).await.unwrap();
    bus.broadcast(ClientCredentialRevokedEvent::new("cred-1")).await.unwrap();
    for replica in &mut replicas {
        let (event, context) = replica.recv().await.unwrap();
        assert_eq!(context.subject.as_str(), "kaa.v1.events.caller.endpoint.token.revoked");
        assert_eq!((event.endpoint_id.as_str(), event.token_ids), ("ep-1", vec!["id-t".to_owned(), "id-u".to_owned()]));
        assert_eq!(event.originator_replica_id, bus.identity().replica.as_str());
    }
    let (event, context) = credentials.recv().await.unwrap();
    assert_eq!(context.subject.as_str(), "kaa.v1.events.caller.client.credential.revoked");
    assert_eq!(event.credential_id, "cred-1");
}
