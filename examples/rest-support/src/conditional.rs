use crate::RestError;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::hash::{DefaultHasher, Hash, Hasher};

/// 200 with `body` and its `ETag`, or 304 when `If-None-Match` of the request names that tag.
///
/// The tag is a hash of the body. It is the same for the same body as long as the program is built with the same
/// compiler; another one costs each caller one full answer.
///
/// # Errors
///
/// 500 when the body does not serialize.
pub fn json_or_not_modified<T: Serialize>(headers: &HeaderMap, body: &T) -> Result<Response, RestError> {
    let text = serde_json::to_vec(body).map_err(|error| RestError::internal(&error))?;
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    let etag = format!("\"{:016x}\"", hasher.finish());
    let tag = HeaderValue::from_str(&etag).map_err(|error| RestError::internal(&error))?;
    if names(headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
    }
    let json = HeaderValue::from_static("application/json");
    Ok(([(header::ETAG, tag), (header::CONTENT_TYPE, json)], text).into_response())
}

/// Weak comparison of RFC 9110, 13.1.2. Our tags hold no comma.
fn names(headers: &HeaderMap, etag: &str) -> bool {
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|candidate| candidate == "*" || candidate.strip_prefix("W/").unwrap_or(candidate) == etag)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(if_none_match: Option<&str>) -> (StatusCode, String) {
        let mut headers = HeaderMap::new();
        if let Some(value) = if_none_match {
            headers.insert(header::IF_NONE_MATCH, value.parse().unwrap());
        }
        let response = json_or_not_modified(&headers, &["body"]).unwrap();
        let etag = response.headers()[header::ETAG].to_str().unwrap().to_owned();
        (response.status(), etag)
    }

    #[test]
    fn the_tag_of_an_answer_makes_the_next_one_short() {
        let (code, etag) = status(None);
        assert_eq!(code, StatusCode::OK);
        for value in [etag.clone(), format!("W/{etag}"), format!("\"other\", {etag}"), "*".to_owned()] {
            assert_eq!(status(Some(&value)), (StatusCode::NOT_MODIFIED, etag.clone()), "{value}");
        }
        assert_eq!(status(Some("\"other\"")).0, StatusCode::OK);
    }
}
