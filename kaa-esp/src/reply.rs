//! What an extension answers.

use bytes::Bytes;
use kaa_protocol::{Status, StatusCode};
use serde::Serialize;

/// A successful answer of an extension: a status code and perhaps content.
///
/// ```
/// use kaa_esp::Reply;
///
/// assert!(Reply::empty().payload().is_none());
/// assert_eq!(Reply::json(&["on", "off"])?.payload().unwrap(), r#"["on","off"]"#);
/// # Ok::<(), kaa_protocol::Status>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    pub(crate) code: StatusCode,
    pub(crate) payload: Option<Bytes>,
    pub(crate) is_pinned: bool,
}

impl Reply {
    /// 200 without content.
    #[must_use]
    pub fn empty() -> Self {
        Self { code: StatusCode::OK, payload: None, is_pinned: false }
    }

    /// 200 with content as it is.
    #[must_use]
    pub fn bytes(payload: impl Into<Bytes>) -> Self {
        Self { code: StatusCode::OK, payload: Some(payload.into()), is_pinned: false }
    }

    /// 200 with content as JSON.
    ///
    /// # Errors
    ///
    /// [`Status`] 500 if `value` has no JSON form, such as a map whose keys are no strings.
    pub fn json<T: Serialize + ?Sized>(value: &T) -> Result<Self, Status> {
        match serde_json::to_vec(value) {
            Ok(payload) => Ok(Self::bytes(payload)),
            Err(error) => Err(Status::internal(error)),
        }
    }

    /// Asks that the rest of the session comes to this replica: the answer has a replyTo (ESP-014). Whether it does is
    /// up to the communication service, so a replica has to be able to begin in the middle. Without effect on a
    /// message without request id, whose success is not answered.
    #[must_use]
    pub fn pinned(mut self) -> Self {
        self.is_pinned = true;
        self
    }

    /// The content.
    #[must_use]
    pub fn payload(&self) -> Option<&Bytes> {
        self.payload.as_ref()
    }
}
