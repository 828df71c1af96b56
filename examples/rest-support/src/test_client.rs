#![expect(clippy::unwrap_used, reason = "it is for tests, where a panic is how they fail")]

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, header};
use serde_json::Value;
use tower::ServiceExt as _;

/// The longest body of an answer, in bytes.
const MAX_ANSWER: usize = 1 << 20;

/// Calls routes in the same process. With the feature `test-client`.
#[derive(Clone, Debug)]
pub struct TestClient(Router);

/// What was answered.
#[derive(Debug)]
#[non_exhaustive]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body. Null: there is none.
    pub body: Value,
}

impl TestClient {
    /// Calls these routes.
    #[must_use]
    pub fn new(routes: Router) -> Self {
        Self(routes)
    }

    /// GET.
    ///
    /// # Panics
    ///
    /// As [`send`](Self::send).
    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], None).await
    }

    /// A request with these headers. A body is declared as JSON.
    ///
    /// # Panics
    ///
    /// When this is no request, and when the answer is neither empty nor JSON.
    pub async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&str>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let request = request.body(body.map_or(Body::empty(), |text| Body::from(text.to_owned()))).unwrap();
        let (parts, body) = self.0.clone().oneshot(request).await.unwrap().into_parts();
        let bytes = to_bytes(body, MAX_ANSWER).await.unwrap();
        let body = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).unwrap() };
        Answer { status: parts.status.as_u16(), headers: parts.headers, body }
    }
}

impl Answer {
    /// The sentence that an error carries.
    ///
    /// # Panics
    ///
    /// When there is none.
    pub fn message(&self) -> &str {
        self.body.get("message").and_then(Value::as_str).unwrap()
    }
}
