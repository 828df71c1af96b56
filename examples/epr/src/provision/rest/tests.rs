use super::*;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode as Code;
use axum::routing::post;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

/// Answers always the same and keeps what it was asked.
#[derive(Clone)]
struct Stub {
    answer: (Code, String),
    asked: Arc<Mutex<Vec<(String, Value)>>>,
}

async fn answer(
    State(stub): State<Stub>,
    Path(endpoint_id): Path<String>,
    axum::Json(body): axum::Json<Value>,
) -> (Code, String) {
    stub.asked.lock().unwrap().push((endpoint_id, body));
    stub.answer
}

async fn serve(code: Code, body: impl ToString) -> (RestProvisioner, Arc<Mutex<Vec<(String, Value)>>>) {
    let asked = Arc::default();
    let stub = Stub { answer: (code, body.to_string()), asked: Arc::clone(&asked) };
    let router = Router::new().route("/cm/api/v1/endpoints/{endpoint_id}/tokens", post(answer)).with_state(stub);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/cm", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (RestProvisioner::new(&base).unwrap(), asked)
}

async fn provision(provisioner: &RestProvisioner, token: Option<&str>) -> Result<ProvisionedToken, ProvisionError> {
    let token = token.map(|text| EndpointToken::parse(text).unwrap());
    let endpoint_id = EndpointId::parse("a.b_c~d").unwrap();
    provisioner.provision(&endpoint_id, &ApplicationName::parse("kettle").unwrap(), token.as_ref()).await
}

#[tokio::test]
async fn a_token_is_asked_for_in_the_words_of_credential_management() {
    let created = json!({
        "token": "JTjdbENzHh", "createdDate": "2020-03-20T13:00:00.123Z", "applicationName": "kettle",
        "status": "INACTIVE", "endpointTokenId": "id",
    });
    let (provisioner, asked) = serve(Code::CREATED, created).await;
    let expected = ProvisionedToken::new(EndpointToken::parse("JTjdbENzHh").unwrap(), "INACTIVE");
    assert!(provision(&provisioner, None).await.unwrap() == expected);
    assert!(provision(&provisioner, Some("JTjdbENzHh")).await.unwrap() == expected);
    let id = || "a.b_c~d".to_owned();
    let asked = std::mem::take(&mut *asked.lock().unwrap());
    assert_eq!(
        asked,
        [
            (id(), json!({ "applicationName": "kettle" })),
            (id(), json!({ "applicationName": "kettle", "token": "JTjdbENzHh" })),
        ]
    );
}

#[tokio::test]
async fn every_other_answer_has_its_kind() {
    let too_long = " ".repeat(ANSWER_LIMIT + 1);
    for (code, body, kind) in [
        (Code::CONFLICT, "{}", ProvisionErrorKind::Conflict),
        (Code::BAD_REQUEST, "{}", ProvisionErrorKind::Refused),
        (Code::FOUND, "", ProvisionErrorKind::Unknown),
        (Code::INTERNAL_SERVER_ERROR, "{}", ProvisionErrorKind::Unknown),
        (Code::CREATED, "not json", ProvisionErrorKind::Unknown),
        (Code::CREATED, r#"{"token":"a/b","status":"INACTIVE"}"#, ProvisionErrorKind::Unknown),
        (Code::CREATED, too_long.as_str(), ProvisionErrorKind::Unknown),
    ] {
        let (provisioner, _) = serve(code, body).await;
        assert_eq!(provision(&provisioner, None).await.unwrap_err().kind(), kind, "{code}");
    }
}

#[tokio::test]
async fn a_closed_port_is_known_to_have_made_no_token() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let provisioner = RestProvisioner::new(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    drop(listener);
    assert_eq!(provision(&provisioner, None).await.unwrap_err().kind(), ProvisionErrorKind::Unavailable);
}

#[tokio::test]
async fn a_connection_that_ends_without_an_answer_leaves_it_open() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let provisioner = RestProvisioner::new(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    tokio::spawn(async move {
        let (socket, _) = listener.accept().await.unwrap();
        socket.readable().await.unwrap();
    });
    assert_eq!(provision(&provisioner, None).await.unwrap_err().kind(), ProvisionErrorKind::Unknown);
}

#[test]
fn the_base_is_what_stands_before_the_api() {
    let endpoint_id = EndpointId::parse("ep-1").unwrap();
    for (base, url) in [
        ("http://cm", "http://cm/api/v1/endpoints/ep-1/tokens"),
        ("http://cm:8080/cm/", "http://cm:8080/cm/api/v1/endpoints/ep-1/tokens"),
    ] {
        assert_eq!(RestProvisioner::new(base).unwrap().tokens_of(&endpoint_id).as_str(), url);
    }
    for base in ["cm:80", "https://cm", "/cm", ""] {
        assert!(RestProvisioner::new(base).is_err(), "{base}");
    }
}
