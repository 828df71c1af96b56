use std::fmt;

/// A text that is not a 1/KP topic, or parts that do not make one.
///
/// The text itself is not repeated: it contains the endpoint token, which is a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidTopic {
    kind: InvalidTopicKind,
}

impl InvalidTopic {
    /// What is wrong.
    pub fn kind(&self) -> InvalidTopicKind {
        self.kind
    }
}

impl From<InvalidTopicKind> for InvalidTopic {
    fn from(kind: InvalidTopicKind) -> Self {
        Self { kind }
    }
}

impl fmt::Display for InvalidTopic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            InvalidTopicKind::NotKp1 => "topic does not begin with the level `kp1` (KP-001)",
            InvalidTopicKind::TooShort => {
                "topic ends before its app version, extension and, where it needs one, endpoint token (KP-002, KP-007)"
            }
            InvalidTopicKind::EmptyLevel => {
                "app version, extension or endpoint token is an empty level of the topic (KP-003)"
            }
            InvalidTopicKind::TooLong => "topic is too long for its response topics to fit the 65535 bytes of MQTT",
            InvalidTopicKind::IllegalCharacter => "topic has one of the characters `+`, `#` and U+0000",
            InvalidTopicKind::NotOneLevel => "app version, extension or endpoint token contains `/`",
            InvalidTopicKind::NoLeadingSlash => "resource path does not begin with `/`",
        })
    }
}

impl std::error::Error for InvalidTopic {}

/// What is wrong with an [`InvalidTopic`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum InvalidTopicKind {
    /// The first level is not `kp1` (KP-001); a leading slash makes an empty first level (KP-003).
    NotKp1,
    /// There is no extension, or no endpoint token where one is needed (KP-002, KP-007).
    TooShort,
    /// App version, extension or endpoint token is empty (KP-003).
    EmptyLevel,
    /// MQTT limits topics to 65535 bytes, and a request topic has to leave room for `/status` (KP-022).
    TooLong,
    /// `+`, `#` and U+0000 are not allowed in an MQTT topic name.
    IllegalCharacter,
    /// A part that has to be one level contains a slash. Of [`response_topic`](crate::response_topic) only.
    NotOneLevel,
    /// A resource path that is not empty begins without a slash. Of [`response_topic`](crate::response_topic) only.
    NoLeadingSlash,
}
