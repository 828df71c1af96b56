use crate::RestError;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use serde::de::DeserializeOwned;

/// The most bytes that a request body may have.
pub const BODY_LIMIT: usize = 64 * 1024;

/// A request body of JSON.
///
/// Refuses with 415 what is not declared as JSON, with 413 what is too long, with 400 and the position what is not JSON
/// or not of this shape. Mark `T` with `#[serde(deny_unknown_fields)]` to refuse, by name, members that nobody knows.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "an extractor is taken apart in the list of arguments")]
pub struct JsonBody<T>(pub T);

impl<T, S> FromRequest<S> for JsonBody<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = RestError;

    async fn from_request(request: Request, state: &S) -> Result<Self, RestError> {
        if !declares_json(request.headers()) {
            let message = "the body must be JSON: Content-Type: application/json";
            return Err(RestError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => {
                RestError::new(StatusCode::PAYLOAD_TOO_LARGE, format!("the body exceeds {BODY_LIMIT} bytes"))
            }
            _ => RestError::bad_request("the body could not be read to its end"),
        })?;
        parse(&bytes).map(Self)
    }
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, RestError> {
    let malformed = |error: serde_json::Error| RestError::bad_request(format!("malformed JSON: {error}"));
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        if error.inner().is_data() { RestError::bad_request(with_path(&error)) } else { malformed(error.into_inner()) }
    })?;
    deserializer.end().map_err(malformed)?;
    Ok(value)
}

fn with_path(error: &serde_path_to_error::Error<serde_json::Error>) -> String {
    match error.path().to_string().as_str() {
        "." => error.inner().to_string(),
        path => format!("{path}: {}", error.inner()),
    }
}

fn declares_json(headers: &HeaderMap) -> bool {
    let Some(declared) = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()) else {
        return false;
    };
    let essence = declared.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        #[expect(dead_code, reason = "only read from JSON")]
        inner: Inner,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        #[expect(dead_code, reason = "only read from JSON")]
        name: String,
    }

    fn message(body: &str) -> String {
        parse::<Outer>(body.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn an_unknown_member_is_named() {
        let body = r#"{"inner":{"name":"n"},"extra":1}"#;
        assert_eq!(message(body), "extra: unknown field `extra`, expected `inner` at line 1 column 29");
    }

    #[test]
    fn a_value_of_the_wrong_kind_is_named_by_its_path() {
        let body = r#"{"inner":{"name":1}}"#;
        assert_eq!(message(body), "inner.name: invalid type: integer `1`, expected a string at line 1 column 18");
    }

    #[test]
    fn a_missing_member_is_named() {
        assert_eq!(message("{}"), "missing field `inner` at line 1 column 2");
    }

    #[test]
    fn malformed_json_is_refused_with_its_position() {
        assert_eq!(message("{\"inner\""), "malformed JSON: EOF while parsing an object at line 1 column 8");
        assert_eq!(message(r#"{"inner":{"name":"n"}} x"#), "malformed JSON: trailing characters at line 1 column 24");
    }

    #[test]
    fn json_is_declared_by_its_media_type() {
        let declared = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static(value));
            declares_json(&headers)
        };
        assert!(declared("application/json"));
        assert!(declared("Application/JSON; charset=utf-8"));
        assert!(declared("application/merge-patch+json"));
        assert!(!declared("text/plain"));
        assert!(!declares_json(&HeaderMap::new()));
    }
}
