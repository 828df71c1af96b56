//! The life of an endpoint and its token, over REST, as the bus and the device see it.

use kaa_endpoint::{
    ecap::EndpointTokenRevokedEvent,
    elce::{DisconnectedEvent, RegisteredEvent, UnregisteredEvent},
};
use kaa_proves::proves;
use reqwest::Method;
use serde_json::json;

use crate::harness::{Answer, Endpoint, NatsServer, NoAnswer, TestPlatform, Version, WITHIN, Wire, eventually};

const REGISTERED: &str = "kaa.v1.events.epr.endpoint.lifecycle.registered";
const UNREGISTERED: &str = "kaa.v1.events.epr.endpoint.lifecycle.unregistered";
const REVOKED: &str = "kaa.v1.events.cm.endpoint.token.revoked";
const DISCONNECTED: &str = "kaa.v1.events.kpc.endpoint.connectivity.disconnected";

/// Id and status of the only token.
async fn token(platform: &TestPlatform, endpoint: &Endpoint) -> (String, String) {
    let tokens = platform.rest.get(&format!("/cm/api/v1/endpoints/{}/tokens", endpoint.id)).await;
    let tokens = tokens["content"].as_array().unwrap();
    assert_eq!(tokens.len(), 1, "{tokens:?}");
    assert_eq!(tokens[0].get("token"), None, "the text of a token is shown once");
    let text = |key: &str| tokens[0][key].as_str().unwrap().to_owned();
    (text("endpointTokenId"), text("status"))
}

async fn set_status(platform: &TestPlatform, endpoint: &Endpoint, status: &str) {
    let (id, _) = token(platform, endpoint).await;
    let path = format!("/cm/api/v1/endpoints/{}/tokens/{id}/status", endpoint.id);
    let answer = platform.rest.put(&path, json!({"status": status})).await;
    assert_eq!(answer["status"], status);
}

/// What a fresh connection is told.
async fn code(platform: &TestPlatform, endpoint: &Endpoint) -> Result<i32, NoAnswer> {
    let device = platform.device(Version::V311).await;
    let answer = device.request(&endpoint.topic("dcx", "json/1"), b"[1]", WITHIN).await?;
    Ok(answer.code())
}

#[proves(
    "ELCE-005", "ELCE-006", "ELCE-009", "ELCE-010", "ELCE-013", "ELCE-014", "ECAP-017", "ECAP-018", "ECAP-019",
    "ECAP-020"
)]
#[tokio::test(flavor = "multi_thread")]
async fn a_token_lives_from_the_registration_of_its_endpoint_to_its_removal() {
    let nats = NatsServer::start().await;
    let platform = TestPlatform::on(&nats).await;
    let wire = Wire::tap(&nats, "kaa.v1.events.>").await;

    let endpoint = platform.register().await;
    let registered = wire.message(REGISTERED, |event: &RegisteredEvent| event.endpoint_id == endpoint.id).await;
    assert_eq!(registered.app_version_name, "demo-v1");
    let (token_id, status) = token(&platform, &endpoint).await;
    assert_eq!(status, "INACTIVE");

    // The first use activates it.
    let device = platform.device(Version::V311).await;
    assert_eq!(device.ask(&endpoint.topic("dcx", "json/1"), b"[1]").await, Answer::Status("".into()));
    assert_eq!(token(&platform, &endpoint).await, (token_id.clone(), "ACTIVE".to_owned()));

    // Suspended: its session ends, and it does not work any more.
    set_status(&platform, &endpoint, "SUSPENDED").await;
    let revoked = wire.message(REVOKED, |event: &EndpointTokenRevokedEvent| event.endpoint_id == endpoint.id).await;
    assert_eq!((revoked.app_name.as_str(), &revoked.token_ids), ("demo", &vec![token_id]));
    wire.message(DISCONNECTED, |event: &DisconnectedEvent| event.endpoints.contains_key(&endpoint.id)).await;
    device.closed().await;
    assert_eq!(code(&platform, &endpoint).await, Ok(401));

    // Active again: it works as soon as the refusal is forgotten.
    set_status(&platform, &endpoint, "ACTIVE").await;
    eventually("the token works again", async || (code(&platform, &endpoint).await == Ok(200)).then_some(())).await;

    // Its endpoint is removed: it is dead.
    platform.rest.delete(&format!("/epr/api/v1/endpoints/{}", endpoint.id)).await;
    let gone = wire.message(UNREGISTERED, |event: &UnregisteredEvent| event.endpoint_id == endpoint.id).await;
    assert_eq!(gone.app_version_name, "demo-v1");
    eventually("the token is dead", async || match code(&platform, &endpoint).await {
        Ok(401) => Some(()),
        // Before the revocation has come, or while it comes.
        Ok(200) | Err(NoAnswer::Closed) => None,
        other => panic!("{other:?}"),
    })
    .await;
    let (status, _) = platform.rest.send(Method::GET, &format!("/epr/api/v1/endpoints/{}", endpoint.id), None).await;
    assert_eq!(status, 404);
    let tokens = platform.rest.get(&format!("/cm/api/v1/endpoints/{}/tokens", endpoint.id)).await;
    assert_eq!(tokens["content"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn endpoints_and_tokens_outlive_the_platform() {
    let mut platform = TestPlatform::embedded().await;
    let (used, suspended, unused) = (platform.register().await, platform.register().await, platform.register().await);
    assert_eq!(code(&platform, &used).await, Ok(200));
    set_status(&platform, &suspended, "SUSPENDED").await;
    platform.restart().await;
    for (endpoint, status, expected) in
        [(&used, "ACTIVE", 200), (&suspended, "SUSPENDED", 401), (&unused, "INACTIVE", 200)]
    {
        let found = platform.rest.get(&format!("/epr/api/v1/endpoints/{}", endpoint.id)).await;
        assert_eq!(found["appVersion"]["name"], "demo-v1");
        assert_eq!(token(&platform, endpoint).await.1, status);
        assert_eq!(code(&platform, endpoint).await, Ok(expected), "{status}");
    }
}
