//! What an endpoint made of a command.

use bytes::Bytes;
use kaa_protocol::StatusCode;

/// How the execution of a command went (CIP-009, CIP-010).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CommandOutcome {
    /// Application version of the endpoint.
    pub app_version_name: String,
    /// 2xx if the endpoint has succeeded.
    pub status_code: StatusCode,
    /// Reason phrase. `None` if there is none.
    pub reason_phrase: Option<String>,
    /// Content for the caller. `None` means none, which is not the same as empty.
    pub payload: Option<Bytes>,
}

impl CommandOutcome {
    /// 200 without content, from an endpoint of this application version.
    #[must_use]
    pub fn new(app_version_name: impl Into<String>) -> Self {
        Self {
            app_version_name: app_version_name.into(),
            status_code: StatusCode::OK,
            reason_phrase: None,
            payload: None,
        }
    }

    /// With another status code.
    #[must_use]
    pub fn with_status_code(mut self, status_code: StatusCode) -> Self {
        self.status_code = status_code;
        self
    }

    /// With a reason phrase.
    #[must_use]
    pub fn with_reason_phrase(mut self, reason_phrase: impl Into<String>) -> Self {
        self.reason_phrase = Some(reason_phrase.into());
        self
    }

    /// With content.
    #[must_use]
    pub fn with_payload(mut self, payload: impl Into<Bytes>) -> Self {
        self.payload = Some(payload.into());
        self
    }
}
