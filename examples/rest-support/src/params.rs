use crate::RestError;
use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

/// A part of the path, percent-decoded.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "an extractor is taken apart in the list of arguments")]
pub struct PathValue<T>(pub T);

impl<T, S> FromRequestParts<S> for PathValue<T>
where
    T: DeserializeOwned + Send,
    S: Send + Sync,
{
    type Rejection = RestError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, RestError> {
        match Path::from_request_parts(parts, state).await {
            Ok(Path(value)) => Ok(Self(value)),
            Err(rejection) => Err(RestError::bad_request(rejection.body_text())),
        }
    }
}

/// The query string. Mark `T` with `#[serde(deny_unknown_fields)]`: a filter that is silently ignored answers too much.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "an extractor is taken apart in the list of arguments")]
pub struct QueryString<T>(pub T);

impl<T, S> FromRequestParts<S> for QueryString<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = RestError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, RestError> {
        match Query::from_request_parts(parts, state).await {
            Ok(Query(value)) => Ok(Self(value)),
            Err(rejection) => Err(RestError::bad_request(rejection.body_text())),
        }
    }
}
