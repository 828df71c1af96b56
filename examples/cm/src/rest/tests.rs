use super::*;
use crate::SqliteTokens;
use rest_support::{Answer, TestClient};
use serde_json::{Value, json};

const TOKENS: &str = "/cm/api/v1/endpoints/ep-1/tokens";

struct Silence;

impl Announce for Silence {
    async fn revoked(&self, _: &ApplicationName, _: &EndpointId, _: Vec<String>) {}
}

struct Service(TestClient);

impl Service {
    async fn new() -> Self {
        let repository = SqliteTokens::in_memory().await.unwrap();
        Self(TestClient::new(router(Tokens::new(repository, Silence, || 1_584_709_200_123))))
    }

    async fn get(&self, path: &str) -> Answer {
        self.0.get(path).await
    }

    async fn get_unless(&self, tag: &str) -> Answer {
        self.0.send("GET", TOKENS, &[("If-None-Match", tag)], None).await
    }

    async fn post(&self, body: &str) -> Answer {
        self.0.send("POST", TOKENS, &[], Some(body)).await
    }

    async fn put_status(&self, id: &str, status: &str) -> Answer {
        let body = json!({ "status": status }).to_string();
        self.0.send("PUT", &format!("{TOKENS}/{id}/status"), &[], Some(&body)).await
    }

    async fn delete(&self, path: &str) -> Answer {
        self.0.send("DELETE", path, &[], None).await
    }
}

#[tokio::test]
async fn a_created_token_is_shown_once_and_listed_without_its_text() {
    let service = Service::new().await;
    let created = service.post(r#"{"applicationName":"kettle","token":"JTjdbENzHh"}"#).await;
    let id = created.body["endpointTokenId"].clone();
    assert_eq!(created.status, 201);
    assert_eq!(
        created.body,
        json!({
            "token": "JTjdbENzHh",
            "createdDate": "2020-03-20T13:00:00.123Z",
            "applicationName": "kettle",
            "status": "INACTIVE",
            "endpointTokenId": id,
        })
    );
    let listed = service.get(TOKENS).await;
    assert_eq!(listed.status, 200);
    let item = json!({
        "endpointTokenId": id,
        "applicationName": "kettle",
        "status": "INACTIVE",
        "createdDate": "2020-03-20T13:00:00.123Z",
    });
    assert_eq!(listed.body, json!({ "content": [item], "totalElements": 1 }));
}

#[tokio::test]
async fn a_token_is_generated_when_none_is_given() {
    let service = Service::new().await;
    for body in [r#"{"applicationName":"kettle"}"#, r#"{"applicationName":"kettle","token":null}"#] {
        let created = service.post(body).await;
        assert_eq!(created.body["token"].as_str().unwrap().len(), 10);
    }
}

#[tokio::test]
async fn a_token_has_256_bytes_at_most() {
    let service = Service::new().await;
    let body = |length| json!({"applicationName": "kettle", "token": "t".repeat(length)}).to_string();
    assert_eq!(service.post(&body(256)).await.status, 201);
    let answer = service.post(&body(257)).await;
    assert_eq!((answer.status, answer.message()), (400, "token: longer than 256 bytes"));
}

#[tokio::test]
async fn a_taken_token_is_a_conflict() {
    let service = Service::new().await;
    let body = r#"{"applicationName":"kettle","token":"t"}"#;
    assert_eq!(service.post(body).await.status, 201);
    let answer = service.post(body).await;
    assert_eq!((answer.status, answer.message()), (409, "the application has this token already"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_simultaneous_creations_of_one_token_one_succeeds() {
    let service = Service::new().await;
    let body = r#"{"applicationName":"kettle","token":"t"}"#;
    let (one, two) = tokio::join!(service.post(body), service.post(body));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
}

#[tokio::test]
async fn wrong_bodies_are_refused_by_name() {
    let service = Service::new().await;
    for (body, expected) in [
        (r#"{"applicationName":"kettle","colour":"red"}"#, "colour: unknown field `colour`"),
        (r#"{"token":"t"}"#, "missing field `applicationName`"),
        (r#"{"applicationName":"kettle","token":"a/b"}"#, "token: invalid endpoint token: '/' at byte 1"),
        (r#"{"applicationName":"a b"}"#, "applicationName: invalid application name: ' ' at byte 1"),
        (r#"{"applicationName" "kettle"}"#, "malformed JSON: expected `:` at line 1 column 20"),
        ("", "malformed JSON: EOF while parsing a value at line 1 column 0"),
    ] {
        let answer = service.post(body).await;
        assert_eq!(answer.status, 400, "{body}");
        assert!(answer.message().starts_with(expected), "{body}: {}", answer.message());
    }
    assert_eq!(service.get(TOKENS).await.body["totalElements"], 0);
}

#[tokio::test]
async fn lists_are_cut_and_ordered() {
    let service = Service::new().await;
    let mut ids = Vec::new();
    for _ in 0..25 {
        let created = service.post(r#"{"applicationName":"kettle"}"#).await;
        ids.push(created.body["endpointTokenId"].as_str().unwrap().to_owned());
    }
    let first = async |query: &str| {
        let listed = service.get(&format!("{TOKENS}{query}")).await.body;
        assert_eq!(listed["totalElements"], 25);
        let content = listed["content"].as_array().unwrap();
        (content.len(), content[0]["endpointTokenId"].as_str().unwrap().to_owned())
    };
    assert_eq!(first("").await, (20, ids[24].clone()));
    assert_eq!(first("?order=ASC&offset=3&limit=1000").await, (22, ids[3].clone()));
    assert_eq!(first("?order=DESC&limit=5&status=INACTIVE").await, (5, ids[24].clone()));
    assert_eq!(service.get(&format!("{TOKENS}?status=ACTIVE")).await.body, json!({"content": [], "totalElements": 0}));
}

#[tokio::test]
async fn wrong_queries_are_refused_by_name() {
    let service = Service::new().await;
    for (query, expected) in [
        ("limit=1001", "limit: 1001 is above the maximum of 1000"),
        ("limit=-1", "Failed to deserialize query string: limit: invalid digit"),
        ("status=active", "Failed to deserialize query string: status: unknown variant `active`"),
        ("order=up", "Failed to deserialize query string: order: unknown variant `up`"),
        ("page=1", "Failed to deserialize query string: page: unknown field `page`"),
    ] {
        let answer = service.get(&format!("{TOKENS}?{query}")).await;
        assert_eq!(answer.status, 400, "{query}");
        assert!(answer.message().starts_with(expected), "{query}: {}", answer.message());
    }
    let answer = service.get("/cm/api/v1/endpoints/a%20b/tokens").await;
    assert_eq!(answer.status, 400);
    assert!(answer.message().contains("invalid endpoint id: ' ' at byte 1"), "{}", answer.message());
}

#[tokio::test]
async fn an_unchanged_list_is_not_sent_again() {
    let service = Service::new().await;
    service.post(r#"{"applicationName":"kettle"}"#).await;
    let listed = service.get(TOKENS).await;
    let tag = listed.headers["ETag"].to_str().unwrap();
    let again = service.get_unless(tag).await;
    assert_eq!((again.status, again.body), (304, Value::Null));
    assert_eq!(again.headers["ETag"], tag);
    service.post(r#"{"applicationName":"kettle"}"#).await;
    let changed = service.get_unless(tag).await;
    assert_eq!((changed.status, &changed.body["totalElements"]), (200, &json!(2)));
}

#[tokio::test]
async fn statuses_change_by_the_rules() {
    let service = Service::new().await;
    let created = service.post(r#"{"applicationName":"kettle"}"#).await;
    let id = created.body["endpointTokenId"].as_str().unwrap();
    for status in ["SUSPENDED", "ACTIVE", "ACTIVE", "REVOKED"] {
        let answer = service.put_status(id, status).await;
        assert_eq!((answer.status, &answer.body["status"]), (200, &json!(status)));
        assert_eq!(answer.body["updateDate"], "2020-03-20T13:00:00.123Z");
        assert_eq!(answer.body.get("token"), None);
    }
    let answer = service.put_status(id, "ACTIVE").await;
    assert_eq!((answer.status, answer.message()), (409, "a token does not go from REVOKED to ACTIVE"));
    let answer = service.put_status(id, "LOST").await;
    assert_eq!(answer.status, 400);
    assert!(answer.message().starts_with("status: unknown variant `LOST`"), "{}", answer.message());
    let answer = service.put_status("nobody", "ACTIVE").await;
    assert_eq!((answer.status, answer.message()), (404, "there is no such token"));
}

#[tokio::test]
async fn a_deleted_token_is_gone() {
    let service = Service::new().await;
    let created = service.post(r#"{"applicationName":"kettle"}"#).await;
    let id = created.body["endpointTokenId"].as_str().unwrap();
    let of_another = format!("/cm/api/v1/endpoints/ep-2/tokens/{id}");
    assert_eq!(service.delete(&of_another).await.status, 404);
    let path = format!("{TOKENS}/{id}");
    assert_eq!(service.delete(&path).await.status, 204);
    assert_eq!(service.delete(&path).await.status, 404);
    assert_eq!(service.get(TOKENS).await.body["totalElements"], 0);
}

#[tokio::test]
async fn a_failing_store_is_500_without_its_cause() {
    let repository = SqliteTokens::in_memory().await.unwrap();
    repository.close().await;
    let service = Service(TestClient::new(router(Tokens::new(repository, Silence, || 0))));
    let answer = service.get(TOKENS).await;
    assert_eq!((answer.status, answer.body), (500, json!({ "message": "Internal Server Error" })));
    assert_eq!(answer.headers["X-Content-Type-Options"], "nosniff");
}
