use crate::{BODY_LIMIT, RestError};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::header::{HeaderName, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use tracing::Instrument as _;
use uuid::Uuid;

/// Names one request through all services that work on it.
pub const CORRELATION_ID: HeaderName = HeaderName::from_static("correlation-id");

const MAX_CORRELATION_ID: usize = 128;

/// Adds to the routes of one or several services what all of them have: the answers to unknown paths and wrong methods,
/// the body limit, the correlation id and `nosniff`.
///
/// The correlation id is a field of the `tracing` span in which the request is handled.
pub fn finish<S: Clone + Send + Sync + 'static>(routes: Router<S>) -> Router<S> {
    routes
        .fallback(unknown_path)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn(correlate))
}

async fn unknown_path(uri: Uri) -> RestError {
    RestError::not_found(format!("no resource {}", uri.path()))
}

async fn wrong_method(method: Method, uri: Uri) -> RestError {
    RestError::new(StatusCode::METHOD_NOT_ALLOWED, format!("{method} is not allowed on {}", uri.path()))
}

async fn correlate(request: Request, next: Next) -> Response {
    let given = request.headers().get(CORRELATION_ID).filter(|value| usable(value)).cloned();
    // The text of a UUID is a header value; the fallback is never taken.
    let id = given
        .or_else(|| HeaderValue::from_str(&Uuid::new_v4().to_string()).ok())
        .unwrap_or_else(|| HeaderValue::from_static("none"));
    let span = tracing::info_span!(
        "request",
        correlation_id = id.to_str().unwrap_or_default(),
        method = %request.method(),
        path = request.uri().path()
    );
    let mut response = next.run(request).instrument(span).await;
    response.headers_mut().insert(CORRELATION_ID, id);
    response.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// Visible characters only: the id goes into logs.
fn usable(id: &HeaderValue) -> bool {
    (1..=MAX_CORRELATION_ID).contains(&id.len()) && id.as_bytes().iter().all(u8::is_ascii_graphic)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::JsonBody;
    use axum::body::{Body, to_bytes};
    use axum::routing::post;
    use tower::ServiceExt as _;

    fn router() -> Router {
        async fn handle(JsonBody(_): JsonBody<serde_json::Value>) -> StatusCode {
            StatusCode::NO_CONTENT
        }
        finish(Router::new().route("/things", post(handle)))
    }

    async fn call(request: Request) -> (Response<()>, String) {
        let (parts, body) = router().oneshot(request).await.unwrap().into_parts();
        let text = String::from_utf8(to_bytes(body, 4096).await.unwrap().to_vec()).unwrap();
        (Response::from_parts(parts, ()), text)
    }

    fn request(method: &str, path: &str, body: impl Into<Body>) -> Request {
        Request::builder()
            .method(method)
            .uri(path)
            .header("Content-Type", "application/json")
            .body(body.into())
            .unwrap()
    }

    #[tokio::test]
    async fn a_given_correlation_id_comes_back() {
        let mut asked = request("POST", "/things", "{}");
        asked.headers_mut().insert(CORRELATION_ID, HeaderValue::from_static("br7si8mg10l7an82que0"));
        let (answer, _) = call(asked).await;
        assert_eq!(answer.status(), StatusCode::NO_CONTENT);
        assert_eq!(answer.headers()["Correlation-ID"], "br7si8mg10l7an82que0");
    }

    #[tokio::test]
    async fn an_absent_or_unusable_correlation_id_is_replaced() {
        let too_long = "x".repeat(MAX_CORRELATION_ID + 1);
        for given in [None, Some("two words"), Some(""), Some(too_long.as_str())] {
            let mut asked = request("POST", "/things", "{}");
            if let Some(given) = given {
                asked.headers_mut().insert(CORRELATION_ID, given.parse().unwrap());
            }
            let (answer, _) = call(asked).await;
            let id = answer.headers()["Correlation-ID"].to_str().unwrap();
            assert!(Uuid::parse_str(id).is_ok(), "{id}");
        }
    }

    #[tokio::test]
    async fn an_unknown_path_is_404_with_the_usual_body() {
        let (answer, body) = call(request("GET", "/nothing", "")).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
        assert_eq!(answer.headers()["X-Content-Type-Options"], "nosniff");
        assert_eq!(answer.headers()["Content-Type"], "application/json");
        assert!(answer.headers().contains_key(CORRELATION_ID));
        assert_eq!(body, r#"{"message":"no resource /nothing"}"#);
    }

    #[tokio::test]
    async fn a_wrong_method_is_405_and_names_the_right_one() {
        let (answer, body) = call(request("DELETE", "/things", "")).await;
        assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(answer.headers()["Allow"], "POST");
        assert!(answer.headers().contains_key(CORRELATION_ID));
        assert_eq!(body, r#"{"message":"DELETE is not allowed on /things"}"#);
    }

    #[tokio::test]
    async fn a_body_over_the_limit_is_413() {
        let (answer, body) = call(request("POST", "/things", vec![b' '; BODY_LIMIT + 1])).await;
        assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(body, r#"{"message":"the body exceeds 65536 bytes"}"#);
        let mut exact = vec![b' '; BODY_LIMIT - 2];
        exact.extend_from_slice(b"{}");
        assert_eq!(call(request("POST", "/things", exact)).await.0.status(), StatusCode::NO_CONTENT);
    }

    #[tokio::test]
    async fn a_body_that_is_not_declared_as_json_is_415() {
        let mut asked = request("POST", "/things", "{}");
        asked.headers_mut().remove("Content-Type");
        let (answer, _) = call(asked).await;
        assert_eq!(answer.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
}
