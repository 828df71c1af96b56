use crate::TokenStatus;
use kaa_protocol::{ApplicationName, EndpointId, EndpointToken};
use std::fmt;
use uuid::Uuid;

/// The longest token that is given or looked for, in bytes.
pub(crate) const MAX_TOKEN: usize = 256;

/// A token of an endpoint and what became of it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Token {
    /// Names the token where its text must not appear: in lists, events and logs. A UUID.
    pub id: String,
    /// The application in which the text is unique.
    pub application: ApplicationName,
    /// The endpoint that the token stands for.
    pub endpoint_id: EndpointId,
    /// The text that the device shows.
    pub token: EndpointToken,
    /// Where it stands in its life.
    pub status: TokenStatus,
    /// When it was made, in ms since the epoch.
    pub created: i64,
    /// When the status changed last, in ms since the epoch. `None`: never.
    pub updated: Option<i64>,
}

impl Token {
    /// A new token, not used yet, with an id of its own.
    pub fn new(application: ApplicationName, endpoint_id: EndpointId, token: EndpointToken, now: i64) -> Self {
        Self {
            id: Uuid::new_v4().to_string(),
            application,
            endpoint_id,
            token,
            status: TokenStatus::Inactive,
            created: now,
            updated: None,
        }
    }
}

/// Without the text: who knows it can speak for the endpoint.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token")
            .field("id", &self.id)
            .field("application", &self.application)
            .field("endpoint_id", &self.endpoint_id)
            .field("status", &self.status)
            .field("created", &self.created)
            .field("updated", &self.updated)
            .finish_non_exhaustive()
    }
}
