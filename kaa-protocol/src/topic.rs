use std::fmt;

use crate::{ExtensionName, InvalidName, InvalidTopic, InvalidTopicKind, Outcome, RequestId};

/// Characters that an MQTT topic name must not have.
pub(crate) const ILLEGAL: [char; 3] = ['+', '#', '\0'];

/// The length of the longest MQTT topic name.
pub(crate) const MAX_LEN: usize = 65_535;

/// Whether an extension works for endpoints, that is whether its topics contain an endpoint token (KP-007, KP-008).
///
/// A topic does not tell; the platform's settings of the extension instance do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "1/KP knows these two")]
pub enum Awareness {
    /// The level after the extension is the endpoint token.
    Aware,
    /// All that follows the extension is the resource path.
    Unaware,
}

/// A 1/KP request topic, also called resource path there: where a client publishes (1/KP, Resource path format).
///
/// ```text
/// kp1/<app version>/<extension>/<endpoint token><resource path>[/<request id>]     endpoint-aware extension
/// kp1/<app version>/<extension><resource path>[/<request id>]                      endpoint-unaware extension
/// ```
///
/// It borrows from the text it was parsed from. App version, extension and token are the levels as they came:
/// non-empty, without `/`, `+`, `#` and U+0000, otherwise unchecked. Look them up, or check them
/// ([`Topic::extension_name`]) before they become part of a NATS subject: `kp1/a/b.c/...` is a legal topic.
///
/// A response topic ([`Outcome`]) is a legal request topic too: `.../config/json/status` may be the response to
/// `/config/json` or a request for a configuration named `status`. The direction decides, not the text: what a client
/// publishes is a request. A server that reads a shared broker through `kp1/#` has to keep its own messages apart by
/// other means (KP-026).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Topic<'a> {
    text: &'a str,
    app_version: &'a str,
    extension: &'a str,
    token: Option<&'a str>,
    resource_path: &'a str,
    request_id: Option<RequestId>,
}

/// Without the token: who knows it speaks for the endpoint.
impl fmt::Debug for Topic<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Topic")
            .field("app_version", &self.app_version)
            .field("extension", &self.extension)
            .field("resource_path", &self.resource_path)
            .field("request_id", &self.request_id)
            .finish_non_exhaustive()
    }
}

impl<'a> Topic<'a> {
    /// Takes a topic apart without copying it.
    ///
    /// The last level is the request id if it is one (decision D-20: see [`RequestId::parse`]), but never in the
    /// position of the token or before.
    ///
    /// # Errors
    ///
    /// [`InvalidTopic`] of any [kind](InvalidTopicKind) but `NotOneLevel` and `NoLeadingSlash`.
    pub fn parse(text: &'a str, awareness: Awareness) -> Result<Self, InvalidTopic> {
        if text.len() > MAX_LEN - Outcome::Status.suffix().len() {
            return Err(InvalidTopicKind::TooLong.into());
        }
        if text.contains(ILLEGAL) {
            return Err(InvalidTopicKind::IllegalCharacter.into());
        }
        let (prefix, rest) = split_level(text);
        if prefix != "kp1" {
            return Err(InvalidTopicKind::NotKp1.into());
        }
        let (app_version, rest) = next_level(rest)?;
        let (extension, rest) = next_level(rest)?;
        let (token, rest) = match awareness {
            Awareness::Aware => next_level(rest).map(|(token, rest)| (Some(token), rest))?,
            Awareness::Unaware => (None, rest),
        };
        let (resource_path, request_id) = split_request_id(rest);
        Ok(Self { text, app_version, extension, token, resource_path, request_id })
    }

    /// The whole topic.
    pub fn as_str(&self) -> &'a str {
        self.text
    }

    /// The second level: the name of the app version (KP-005).
    pub fn app_version(&self) -> &'a str {
        self.app_version
    }

    /// The third level: the name of the extension instance (KP-006). Not yet fit for a NATS subject.
    pub fn extension(&self) -> &'a str {
        self.extension
    }

    /// The third level as a checked name, fit for a NATS subject.
    ///
    /// # Errors
    ///
    /// [`InvalidName`] if the level has a character that a name excludes, such as a dot.
    pub fn extension_name(&self) -> Result<ExtensionName, InvalidName> {
        ExtensionName::parse(self.extension)
    }

    /// The endpoint token; `None` exactly for an endpoint-unaware extension (KP-007, KP-008).
    pub fn token(&self) -> Option<&'a str> {
        self.token
    }

    /// What the extension sees: all between the token (or, without one, the extension) and the request id (ESP-007).
    ///
    /// Begins with a slash, or is empty if there is no level left. Empty levels stay (KP-003): `.../tok/json/` has
    /// `/json/`, `.../tok/` has `/`.
    pub fn resource_path(&self) -> &'a str {
        self.resource_path
    }

    /// The request id, if the client wants a response (KP-016 to KP-021).
    pub fn request_id(&self) -> Option<RequestId> {
        self.request_id
    }

    /// The topic of a response with this outcome: this topic, request id included, and one more level.
    pub fn response(&self, outcome: Outcome) -> String {
        [self.text, outcome.suffix()].concat()
    }

    /// The topic of a success response (KP-022).
    pub fn status(&self) -> String {
        self.response(Outcome::Status)
    }

    /// The topic of an error response (KP-023).
    pub fn error(&self) -> String {
        self.response(Outcome::Error)
    }
}

/// Takes the level after a slash; what is left is empty or begins with a slash.
fn next_level(text: &str) -> Result<(&str, &str), InvalidTopic> {
    let (level, rest) = split_level(text.strip_prefix('/').ok_or(InvalidTopicKind::TooShort)?);
    if level.is_empty() {
        return Err(InvalidTopicKind::EmptyLevel.into());
    }
    Ok((level, rest))
}

fn split_level(text: &str) -> (&str, &str) {
    text.split_at(text.find('/').unwrap_or(text.len()))
}

fn split_request_id(path: &str) -> (&str, Option<RequestId>) {
    let split = path.rsplit_once('/').and_then(|(head, last)| Some((head, RequestId::from_level(last)?)));
    split.map_or((path, None), |(head, id)| (head, Some(id)))
}

#[cfg(test)]
mod tests;
