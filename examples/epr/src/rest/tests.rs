use super::*;
use crate::{Applications, ProvisionError, ProvisionErrorKind, ProvisionedToken, SqliteEndpoints};
use kaa_protocol::{AppVersionName, ApplicationName, EndpointToken};
use rest_support::{Answer, TestClient};
use serde_json::json;

const ENDPOINTS: &str = "/epr/api/v1/endpoints";

struct Silence;

impl Announce for Silence {
    async fn registered(&self, _: &Endpoint) {}
    async fn unregistered(&self, _: &Endpoint) {}
    async fn app_version_updated(&self, _: &Endpoint, _: &AppVersionName) {}
    async fn metadata_updated(&self, _: &Endpoint, _: &Metadata) {}
}

struct Provisioner;

impl TokenProvisioner for Provisioner {
    async fn provision(
        &self,
        _: &EndpointId,
        _: &ApplicationName,
        token: Option<&EndpointToken>,
    ) -> Result<ProvisionedToken, ProvisionError> {
        match token.map_or("generated", EndpointToken::as_str) {
            "taken" => Err(ProvisionError::new(ProvisionErrorKind::Conflict)),
            "down" => Err(ProvisionError::new(ProvisionErrorKind::Unavailable)),
            "unclear" => Err(ProvisionError::new(ProvisionErrorKind::Unknown)),
            text => Ok(ProvisionedToken::new(EndpointToken::parse(text).unwrap(), "INACTIVE")),
        }
    }
}

struct Service(TestClient);

impl Service {
    async fn new() -> Self {
        let version = |name: &str| AppVersionName::parse(name).unwrap();
        let name = |name: &str| ApplicationName::parse(name).unwrap();
        let applications = Applications::new([
            (name("kettle"), vec![version("k1"), version("k2")]),
            (name("toaster"), vec![version("t1")]),
        ])
        .unwrap();
        let repository = SqliteEndpoints::in_memory().await.unwrap();
        let endpoints = Endpoints::new(repository, Provisioner, Silence, applications, || 1_584_709_200_123);
        Self(TestClient::new(router(endpoints)))
    }

    async fn send(&self, method: &str, path: &str, body: Option<&str>) -> Answer {
        self.0.send(method, &format!("{ENDPOINTS}{path}"), &[], body).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None).await
    }

    async fn post(&self, body: &str) -> Answer {
        self.send("POST", "", Some(body)).await
    }

    async fn put(&self, path: &str, body: &str) -> Answer {
        self.send("PUT", path, Some(body)).await
    }
}

const DATE: &str = "2020-03-20T13:00:00.123Z";

#[tokio::test]
async fn a_registered_endpoint_is_where_its_location_says() {
    let service = Service::new().await;
    let created = service
        .post(r#"{"appVersion":{"name":"k1"},"endpointId":"ep~1","endpointToken":"t","metadata":{"a":1}}"#)
        .await;
    assert_eq!(created.status, 201);
    assert_eq!(created.body, json!({ "token": "t", "status": "INACTIVE", "endpointId": "ep~1" }));
    assert_eq!(created.headers["Location"], "/epr/api/v1/endpoints/ep~1");

    let item = json!({
        "endpointId": "ep~1",
        "createdDate": DATE,
        "appVersion": { "name": "k1", "registeredDate": DATE },
        "metadataUpdatedDate": DATE,
    });
    let found = service.get("/ep~1").await;
    assert_eq!((found.status, &found.body), (200, &item));
    let mut item = item;
    item["metadata"] = json!({ "a": 1 });
    assert_eq!(service.get("/ep~1?include=metadata").await.body, item);
    assert_eq!(service.get("?include=metadata").await.body, json!({ "content": [item], "totalElements": 1 }));
}

#[tokio::test]
async fn id_and_token_are_generated_when_none_are_given() {
    let service = Service::new().await;
    let created = service.post(r#"{"appVersion":{"name":"k1"}}"#).await;
    assert_eq!((created.status, &created.body["token"]), (201, &json!("generated")));
    let id = created.body["endpointId"].as_str().unwrap();
    let found = service.get(&format!("/{id}?include=metadata")).await.body;
    assert_eq!((&found["metadata"], found.get("metadataUpdatedDate")), (&json!({}), None));
}

#[tokio::test]
async fn registrations_fail_with_the_status_of_their_reason() {
    let service = Service::new().await;
    assert_eq!(service.post(r#"{"appVersion":{"name":"k1"},"endpointId":"ep-1"}"#).await.status, 201);
    for (body, status, expected) in [
        (r#"{"appVersion":{"name":"k9"}}"#, 404, "there is no app version k9"),
        (r#"{"appVersion":{"name":"k1"},"endpointId":"ep-1"}"#, 409, "there is an endpoint of this id already"),
        (r#"{"appVersion":{"name":"k1"},"endpointToken":"taken"}"#, 409, "the application has this token already"),
        (r#"{"appVersion":{"name":"k1"},"endpointToken":"down"}"#, 503, "credential management is not reachable"),
        (r#"{"appVersion":{"name":"k1"},"endpointToken":"unclear"}"#, 502, "credential management gave no clear"),
        (r#"{"appVersion":{"name":"k1"},"endpointId":".."}"#, 400, "endpointId: .. is a relative path"),
        (r#"{"appVersion":{"name":"k1"},"endpointId":"a b"}"#, 400, "endpointId: invalid endpoint id: ' ' at byte 1"),
        (r#"{"appVersion":{"name":"k1","x":1}}"#, 400, "appVersion.x: unknown field `x`"),
        (r#"{"appVersion":{"name":"k1"},"relations":[]}"#, 400, "relations: unknown field `relations`"),
        (r#"{"appVersion":{"name":"k1"},"metadata":[]}"#, 400, "metadata: invalid type: sequence"),
        (r#"{"appVersion":{"name":"k1"},"metadata":{"a-b":1}}"#, 400, "metadata: invalid metadata key: '-'"),
        ("{}", 400, "missing field `appVersion`"),
        ("{", 400, "malformed JSON: EOF while parsing an object at line 1 column 1"),
    ] {
        let answer = service.post(body).await;
        assert_eq!(answer.status, status, "{body}");
        assert!(answer.message().starts_with(expected), "{body}: {}", answer.message());
    }
    assert_eq!(service.get("").await.body["totalElements"], 1);
}

#[tokio::test]
async fn lists_are_filtered_and_cut() {
    let service = Service::new().await;
    for (id, version) in [("a", "k1"), ("b", "k2"), ("c", "t1"), ("d", "k1")] {
        let body = json!({ "appVersion": { "name": version }, "endpointId": id }).to_string();
        assert_eq!(service.post(&body).await.status, 201);
    }
    for (query, ids, total) in [
        ("", "abcd", 4),
        ("?offset=1&limit=2", "bc", 4),
        ("?endpointId=c", "c", 1),
        ("?applicationName=kettle", "abd", 3),
        ("?applicationName=kettle&applicationVersionName=k1&limit=1", "a", 2),
        ("?applicationName=nothing", "", 0),
    ] {
        let body = service.get(query).await.body;
        let found: String =
            body["content"].as_array().unwrap().iter().map(|item| item["endpointId"].as_str().unwrap()).collect();
        assert_eq!((found.as_str(), &body["totalElements"]), (ids, &json!(total)), "{query}");
    }
    for (query, expected) in [
        ("?limit=1001", "limit: 1001 is above the maximum of 1000"),
        ("?filterId=1", "Failed to deserialize query string: filterId: unknown field `filterId`"),
        ("?include=filters", "Failed to deserialize query string: include: unknown variant `filters`"),
    ] {
        let answer = service.get(query).await;
        assert_eq!(answer.status, 400, "{query}");
        assert!(answer.message().starts_with(expected), "{query}: {}", answer.message());
    }
}

#[tokio::test]
async fn app_versions_are_read_and_set() {
    let service = Service::new().await;
    service.post(r#"{"appVersion":{"name":"k1"},"endpointId":"ep-1"}"#).await;
    let path = "/ep-1/app-version";
    assert_eq!(service.get(path).await.body, json!({ "name": "k1", "registeredDate": DATE }));
    let set = service.put(path, r#"{"name":"k2"}"#).await;
    assert_eq!((set.status, set.body), (200, json!({ "name": "k2", "registeredDate": DATE })));
    assert_eq!(service.get(path).await.body["name"], "k2");
    for (name, status) in [("k9", 404), ("t1", 409), ("a.b", 400)] {
        assert_eq!(service.put(path, &json!({ "name": name }).to_string()).await.status, status, "{name}");
    }
    assert_eq!(service.put("/nobody/app-version", r#"{"name":"k2"}"#).await.status, 404);
}

#[tokio::test]
async fn metadata_are_read_and_replaced() {
    let service = Service::new().await;
    service.post(r#"{"appVersion":{"name":"k1"},"endpointId":"ep-1","metadata":{"a":1,"b":2}}"#).await;
    let path = "/ep-1/metadata";
    assert_eq!(service.get(path).await.body, json!({ "a": 1, "b": 2 }));
    let set = service.put(path, r#"{"b":{"c":[null]}}"#).await;
    assert_eq!((set.status, set.body), (200, json!({ "b": { "c": [null] } })));
    assert_eq!(service.get(path).await.body, json!({ "b": { "c": [null] } }));
    assert_eq!(service.put(path, "[]").await.status, 400);
    assert_eq!(service.put(path, r#"{"a b":1}"#).await.status, 400);
    assert_eq!(service.send("PATCH", path, Some("{}")).await.status, 405);
    assert_eq!(service.get("/nobody/metadata").await.status, 404);
}

#[tokio::test]
async fn a_removed_endpoint_is_gone() {
    let service = Service::new().await;
    service.post(r#"{"appVersion":{"name":"k1"},"endpointId":"ep-1"}"#).await;
    assert_eq!(service.send("DELETE", "/ep-1", None).await.status, 204);
    for method in ["GET", "DELETE"] {
        let answer = service.send(method, "/ep-1", None).await;
        assert_eq!((answer.status, answer.message()), (404, "there is no such endpoint"));
    }
    let unknown = service.get("/ep-1/filters").await;
    assert_eq!((unknown.status, unknown.message()), (404, "no resource /epr/api/v1/endpoints/ep-1/filters"));
}
