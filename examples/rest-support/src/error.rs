use axum::Json;
use axum::http::StatusCode;
use axum::http::header::{HeaderValue, X_CONTENT_TYPE_OPTIONS};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::borrow::Cow;
use std::error::Error;
use std::fmt::{self, Write as _};

/// A refusal on its way to the caller: a status and a sentence that he may read.
#[derive(Debug)]
pub struct RestError {
    status: StatusCode,
    message: Cow<'static, str>,
}

#[derive(Serialize)]
struct Body<'a> {
    message: &'a str,
}

impl RestError {
    /// `status` with a message for the caller.
    pub fn new(status: StatusCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self { status, message: message.into() }
    }

    /// 400.
    pub fn bad_request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// 404.
    pub fn not_found(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    /// 409.
    pub fn conflict(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::CONFLICT, message)
    }

    /// 500: the cause goes to the log, with everything behind it, and the caller reads the bare phrase of the status.
    pub fn internal(cause: &(dyn Error + 'static)) -> Self {
        tracing::error!(cause = %causes(cause), "request failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error")
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.status
    }
}

impl fmt::Display for RestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for RestError {}

impl IntoResponse for RestError {
    fn into_response(self) -> Response {
        let nosniff = (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        (self.status, [nosniff], Json(Body { message: &self.message })).into_response()
    }
}

/// An error and all that caused it in one line, for logs.
pub fn causes(error: &(dyn Error + 'static)) -> String {
    let mut line = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        // Writing to a string does not fail.
        let _ = write!(line, ": {cause}");
        next = cause.source();
    }
    line
}
