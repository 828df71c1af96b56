//! Subjects of 3/ISM.

use std::fmt;

use bytes::Bytes;
use bytestring::ByteString;

use crate::{InstanceName, ReplicaId, token::is_token_byte};

/// Text that is no subject, or no subject filter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no {what}; expected tokens separated by dots, without white space{hint}")]
pub struct InvalidSubject {
    text: String,
    what: &'static str,
    hint: &'static str,
}

/// A concrete NATS subject. Cheap to clone; one that was received is a slice of what was received.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Subject(ByteString);

/// What a subscription listens to: a subject in which `*` stands for any token and a last `>` for one token or more.
///
/// ```
/// use kaa_ism::{Subject, SubjectFilter};
///
/// let filter = SubjectFilter::parse("kaa.v1.events.*.endpoint.lifecycle.*")?;
/// assert!(filter.matches(&Subject::parse("kaa.v1.events.epr.endpoint.lifecycle.registered")?));
/// assert!(!filter.matches(&Subject::parse("kaa.v1.events.epr.endpoint.connectivity.connected")?));
/// # Ok::<(), kaa_ism::InvalidSubject>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SubjectFilter(ByteString);

/// Protocol and message type of a targeted message: the last two tokens of its subject, for example `esp.ClientData`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct MessageKind(&'static str);

/// Target entity type, event group and event type of a broadcast, for example `endpoint.connectivity.connected`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct EventKind(&'static str);

impl MessageKind {
    /// Checks a literal at compile time.
    ///
    /// # Panics
    ///
    /// At compile time when called in a `const`, if it is not two subject tokens.
    #[must_use]
    pub const fn from_static(text: &'static str) -> Self {
        assert!(count_tokens(text) == 2, "expected `<protocol>.<message type>`");
        Self(text)
    }

    /// `<protocol>.<message type>`.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        self.0
    }

    /// The last token.
    #[must_use]
    pub fn message_type(&self) -> &'static str {
        self.0.split_once('.').map_or(self.0, |(_, message_type)| message_type)
    }
}

impl EventKind {
    /// Checks a literal at compile time.
    ///
    /// # Panics
    ///
    /// At compile time when called in a `const`, if it is not three subject tokens or more.
    #[must_use]
    pub const fn from_static(text: &'static str) -> Self {
        assert!(count_tokens(text) >= 3, "expected `<target entity type>.<event group>.<event type>`");
        Self(text)
    }

    /// `<target entity type>.<event group>.<event type>`.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        self.0
    }
}

/// The number of tokens, 0 if one is no token.
const fn count_tokens(text: &str) -> usize {
    let mut rest = text.as_bytes();
    let (mut tokens, mut len) = (1, 0);
    while let [byte, tail @ ..] = rest {
        if *byte == b'.' {
            if len == 0 {
                return 0;
            }
            (tokens, len) = (tokens + 1, 0);
        } else if is_token_byte(*byte) {
            len += 1;
        } else {
            return 0;
        }
        rest = tail;
    }
    if len == 0 { 0 } else { tokens }
}

impl Subject {
    /// `kaa.v1.service.<instance>.<protocol>.<message type>`: any replica of the instance (ISM-001).
    #[must_use]
    pub fn service(instance: &InstanceName, kind: MessageKind) -> Self {
        Self(join(["kaa.v1.service.", instance.as_str(), ".", kind.0]))
    }

    /// `kaa.v1.replica.<replica>.<protocol>.<message type>`: this replica alone (ISM-005).
    #[must_use]
    pub fn replica(replica: &ReplicaId, kind: MessageKind) -> Self {
        Self(join(["kaa.v1.replica.", replica.as_str(), ".", kind.0]))
    }

    /// `kaa.v1.events.<originator>.<target entity type>.<event group>.<event type>` (ISM-013).
    #[must_use]
    pub fn event(originator: &InstanceName, kind: EventKind) -> Self {
        Self(join(["kaa.v1.events.", originator.as_str(), ".", kind.0]))
    }

    /// Checks a subject: tokens without white space and wildcards, separated by dots.
    ///
    /// # Errors
    ///
    /// [`InvalidSubject`].
    pub fn parse(text: impl Into<String>) -> Result<Self, InvalidSubject> {
        let text = text.into();
        if tokens_are(&text, |token| !matches!(token, "*" | ">")) {
            Ok(Self(text.into()))
        } else {
            Err(InvalidSubject { text, what: "subject", hint: " and wildcards" })
        }
    }

    /// A subject as it came from the wire; checked like [`parse`](Self::parse), without copying it.
    ///
    /// # Errors
    ///
    /// [`InvalidSubject`].
    pub fn from_bytes(bytes: Bytes) -> Result<Self, InvalidSubject> {
        match ByteString::try_from(bytes.clone()) {
            Ok(text) if tokens_are(&text, |token| !matches!(token, "*" | ">")) => Ok(Self(text)),
            _ => {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                Err(InvalidSubject { text, what: "subject", hint: " and wildcards" })
            }
        }
    }

    /// The subject.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The bytes of the subject, without copying them.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        self.0.into_bytes()
    }

    /// The last two tokens of a replica subject with six tokens: protocol and message type.
    #[must_use]
    pub fn replica_kind(&self) -> Option<&str> {
        let tail = self.0.strip_prefix("kaa.v1.replica.")?;
        // From the end: that is where the kind is.
        let dot = |text: &str| text.bytes().rposition(|byte| byte == b'.');
        let before_type = tail.get(..dot(tail)?)?;
        let before_kind = dot(before_type)?;
        let replica = tail.get(..before_kind)?;
        if dot(replica).is_some() { None } else { tail.get(before_kind + 1..) }
    }

    /// This replyTo for a message of the type `kind`: as it stands if the type is the same, with the last token replaced if
    /// it is a replica subject of the same protocol (ISM-023), else `None`: an inbox has no message type to replace (D-22).
    #[must_use]
    pub fn for_kind(&self, kind: MessageKind) -> Option<Self> {
        let own = self.replica_kind()?;
        if own == kind.0 {
            return Some(self.clone());
        }
        let same_protocol = own.split_once('.').map(|(protocol, _)| protocol) == kind.0.split_once('.').map(|(p, _)| p);
        let head = self.0.strip_suffix(own)?;
        same_protocol.then(|| Self(join([head, kind.0, "", ""])))
    }
}

impl SubjectFilter {
    /// Checks a filter.
    ///
    /// # Errors
    ///
    /// [`InvalidSubject`].
    pub fn parse(text: impl Into<String>) -> Result<Self, InvalidSubject> {
        let text = text.into();
        let tail_is_last = text.strip_suffix('>').unwrap_or(&text).split('.').all(|token| token != ">");
        if tail_is_last && tokens_are(&text, |token| token.len() == 1 || !token.contains(['*', '>'])) {
            Ok(Self(text.into()))
        } else {
            Err(InvalidSubject {
                text,
                what: "subject filter",
                hint: ", '*' for any token, '>' at the end for the rest",
            })
        }
    }

    /// Everything that is sent to one replica: `kaa.v1.replica.<replica>.>`.
    #[must_use]
    pub fn replica(replica: &ReplicaId) -> Self {
        Self(join(["kaa.v1.replica.", replica.as_str(), ".>", ""]))
    }

    /// An event of any originator: `kaa.v1.events.*.<kind>`.
    #[must_use]
    pub fn event_of_any(kind: EventKind) -> Self {
        Self(join(["kaa.v1.events.*.", kind.0, "", ""]))
    }

    /// The filter.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a message published to `subject` is delivered.
    #[must_use]
    pub fn matches(&self, subject: &Subject) -> bool {
        let mut tokens = subject.0.split('.');
        for expected in self.0.split('.') {
            match (expected, tokens.next()) {
                (_, None) => return false,
                (">", Some(_)) => return true,
                ("*", Some(_)) => {}
                (expected, Some(token)) if expected == token => {}
                _ => return false,
            }
        }
        tokens.next().is_none()
    }
}

/// A subject is a filter that matches just itself.
impl From<Subject> for SubjectFilter {
    fn from(subject: Subject) -> Self {
        Self(subject.0)
    }
}

fn join(parts: [&str; 4]) -> ByteString {
    let mut text = String::with_capacity(parts.iter().map(|part| part.len()).sum());
    parts.iter().for_each(|part| text.push_str(part));
    text.into()
}

fn tokens_are(text: &str, also: impl Fn(&str) -> bool) -> bool {
    let printable = text.bytes().all(|byte| byte > b' ' && byte != 0x7f);
    printable && text.split('.').all(|token| !token.is_empty() && also(token))
}

macro_rules! text {
    ($($name:ident),*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({:?})"), self.as_str())
            }
        }
    )*};
}

text!(Subject, SubjectFilter, MessageKind, EventKind);

#[cfg(test)]
mod tests {
    use super::*;

    const DATA: MessageKind = MessageKind::from_static("esp.ClientData");
    const ANSWER: MessageKind = MessageKind::from_static("esp.ExtensionData");

    #[test]
    fn targeted_subjects_have_six_tokens_ism_001_ism_005() {
        let (instance, replica) = (InstanceName::parse("dcx").unwrap(), ReplicaId::parse("r1").unwrap());
        assert_eq!(Subject::service(&instance, DATA).as_str(), "kaa.v1.service.dcx.esp.ClientData");
        assert_eq!(Subject::replica(&replica, ANSWER).as_str(), "kaa.v1.replica.r1.esp.ExtensionData");
    }

    #[test]
    fn event_subjects_name_originator_entity_group_and_type_ism_013() {
        let kind = EventKind::from_static("endpoint.connectivity.connected");
        let subject = Subject::event(&InstanceName::parse("kpc").unwrap(), kind);
        assert_eq!(subject.as_str(), "kaa.v1.events.kpc.endpoint.connectivity.connected");
        assert!(SubjectFilter::event_of_any(kind).matches(&subject));
    }

    #[test]
    fn the_message_type_of_a_replica_reply_to_is_replaced_ism_023() {
        let reply_to = Subject::parse("kaa.v1.replica.r1.esp.ExtensionData").unwrap();
        assert_eq!(reply_to.for_kind(ANSWER), Some(reply_to.clone()));
        assert_eq!(reply_to.for_kind(DATA).unwrap().as_str(), "kaa.v1.replica.r1.esp.ClientData");
        let other = MessageKind::from_static("cdtp.response");
        assert_eq!(reply_to.for_kind(other), None);
        assert_eq!(Subject::parse("_INBOX.abc.1").unwrap().for_kind(DATA), None);
    }

    #[test]
    fn filters_match_as_in_nats_ism_014_ism_018() {
        let matches = |filter: &str, subject: &str| {
            SubjectFilter::parse(filter).unwrap().matches(&Subject::parse(subject).unwrap())
        };
        assert!(matches("a.*.c", "a.b.c"));
        assert!(!matches("a.*", "a.b.c"));
        assert!(!matches("a.*.c", "a.c"));
        assert!(matches("a.>", "a.b"));
        assert!(matches("a.>", "a.b.c"));
        assert!(!matches("a.>", "a"));
        assert!(!matches("a.b", "a.b.c"));
        assert!(matches(
            "kaa.v1.events.*.endpoint.data-collection.data-points-received.*",
            "kaa.v1.events.epts.endpoint.data-collection.data-points-received.fuel"
        ));
    }

    #[test]
    fn what_is_no_subject_is_refused() {
        for bad in ["", ".", "a.", ".a", "a..b", "a b", "a.*", "a.>", "a\r\nPUB b"] {
            assert!(Subject::parse(bad).is_err(), "{bad:?}");
            assert!(Subject::from_bytes(Bytes::from(bad.to_owned())).is_err(), "{bad:?}");
        }
        for bad in ["", "a..b", "a.>.b", "a*", "a.b>"] {
            assert!(SubjectFilter::parse(bad).is_err(), "{bad:?}");
        }
        assert!(Subject::from_bytes(Bytes::from_static(&[0xff])).is_err());
    }
}
