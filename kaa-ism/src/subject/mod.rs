//! Subjects of 3/ISM.

mod filter;
mod kind;

use bytes::Bytes;
use bytestring::ByteString;

pub use self::{
    filter::SubjectFilter,
    kind::{EventKind, MessageKind},
};
use crate::{InstanceName, ReplicaId, token::is_token_byte};

/// Text that is no subject, or no subject filter, or cannot become a part of one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} {what}; {expected}")]
pub struct InvalidSubject {
    text: String,
    what: String,
    expected: &'static str,
}

const SUBJECT: &str = "expected tokens separated by dots, without white space and wildcards";

/// A concrete NATS subject. Cheap to clone; one that was received is a slice of what was received.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Subject(ByteString);

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

    /// `kaa.v1.events.<originator>.<target entity type>.<event group>.<event type>` (ISM-013). What varies in the kind is taken
    /// from `variables`, in order.
    ///
    /// # Errors
    ///
    /// [`InvalidSubject`] if there are more or fewer variables than the kind has, or one is no subject token.
    pub fn event(originator: &InstanceName, kind: EventKind, variables: &[&str]) -> Result<Self, InvalidSubject> {
        Ok(Self(join(["kaa.v1.events.", originator.as_str(), ".", &kind.filled(variables)?])))
    }

    /// `kaa.v1.service.<instance>.<protocol>.<message type>`, and a further token where the type has one (17/SCMP alone, D-15).
    pub(crate) fn one_way(
        to: &InstanceName,
        kind: MessageKind,
        has_variable: bool,
        variables: &[&str],
    ) -> Result<Self, InvalidSubject> {
        let subject = Self::service(to, kind);
        let takes = usize::from(has_variable);
        none_left(variables, takes, kind.0)?;
        if has_variable {
            Ok(Self(join([subject.as_str(), ".", variable(variables.first().copied(), kind.0)?, ""])))
        } else {
            Ok(subject)
        }
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
            Err(InvalidSubject::new(text, "is no subject", SUBJECT))
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
                Err(InvalidSubject::new(text, "is no subject", SUBJECT))
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

fn join(parts: [&str; 4]) -> ByteString {
    let mut text = String::with_capacity(parts.iter().map(|part| part.len()).sum());
    parts.iter().for_each(|part| text.push_str(part));
    text.into()
}

fn tokens_are(text: &str, also: impl Fn(&str) -> bool) -> bool {
    let printable = text.bytes().all(|byte| byte > b' ' && byte != 0x7f);
    printable && text.split('.').all(|token| !token.is_empty() && also(token))
}

/// A variable token.
fn variable<'v>(given: Option<&'v str>, kind: &str) -> Result<&'v str, InvalidSubject> {
    match given {
        Some(token) if !token.is_empty() && token.bytes().all(is_token_byte) => Ok(token),
        Some(other) => Err(InvalidSubject {
            text: other.to_owned(),
            what: format!("is no token for `*` in {kind}"),
            expected: "expected a text without dots, white space and wildcards",
        }),
        None => Err(InvalidSubject::new(kind, "is no subject yet", "expected a value for each `*`")),
    }
}

/// No more variables than the kind takes.
fn none_left(variables: &[&str], takes: usize, kind: &str) -> Result<(), InvalidSubject> {
    if variables.len() <= takes {
        return Ok(());
    }
    let (s, given) = (if takes == 1 { "" } else { "s" }, variables.len());
    let expected = if takes == 0 { "expected no variable" } else { "expected a value for each `*`" };
    Err(InvalidSubject::new(kind, format!("takes {takes} variable{s}, {given} given"), expected))
}

impl InvalidSubject {
    fn new(text: impl Into<String>, what: impl Into<String>, expected: &'static str) -> Self {
        Self { text: text.into(), what: what.into(), expected }
    }
}

macro_rules! text {
    ($($name:ident),*) => {$(
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({:?})"), self.as_str())
            }
        }
    )*};
}

use text;

text!(Subject);

#[cfg(test)]
mod tests {
    use kaa_proves::proves;

    use super::*;
    use crate::SendError;

    const DATA: MessageKind = MessageKind::from_static("esp.ClientData");
    const ANSWER: MessageKind = MessageKind::from_static("esp.ExtensionData");

    #[proves("ISM-001", "ISM-005")]
    #[test]
    fn targeted_subjects_have_six_tokens() {
        let (instance, replica) = (InstanceName::parse("dcx").unwrap(), ReplicaId::parse("r1").unwrap());
        assert_eq!(Subject::service(&instance, DATA).as_str(), "kaa.v1.service.dcx.esp.ClientData");
        assert_eq!(Subject::replica(&replica, ANSWER).as_str(), "kaa.v1.replica.r1.esp.ExtensionData");
    }

    #[proves("ISM-013")]
    #[test]
    fn event_subjects_name_originator_entity_group_and_type() {
        let kind = EventKind::from_static("endpoint.connectivity.connected");
        let subject = Subject::event(&InstanceName::parse("kpc").unwrap(), kind, &[]).unwrap();
        assert_eq!(subject.as_str(), "kaa.v1.events.kpc.endpoint.connectivity.connected");
        assert!(SubjectFilter::event_of_any(kind).matches(&subject));
    }

    #[proves("ISM-025")]
    #[test]
    fn what_varies_in_a_kind_is_given_and_checked() {
        let kind = EventKind::from_static("endpoint-filter.*.deleted");
        let epf = InstanceName::parse("epf").unwrap();
        let subject = Subject::event(&epf, kind, &["f-1"]).unwrap();
        assert_eq!(subject.as_str(), "kaa.v1.events.epf.endpoint-filter.f-1.deleted");
        assert!(SubjectFilter::events("epf", kind, &["f-1".to_owned()]).matches(&subject));
        assert!(!SubjectFilter::events("*", kind, &["f-2".to_owned()]).matches(&subject));
        let error = |variables: &[&str]| Subject::event(&epf, kind, variables).unwrap_err().to_string();
        assert_eq!(
            error(&["a.b"]),
            "\"a.b\" is no token for `*` in endpoint-filter.*.deleted; expected a text without dots, white space and wildcards"
        );
        assert_eq!(error(&[]), "\"endpoint-filter.*.deleted\" is no subject yet; expected a value for each `*`");
        assert_eq!(
            error(&["a", "b"]),
            "\"endpoint-filter.*.deleted\" takes 1 variable, 2 given; expected a value for each `*`"
        );
        let kind = MessageKind::from_static("scmp.configuration");
        let subject = Subject::one_way(&epf, kind, true, &["upsert"]).unwrap();
        assert_eq!(subject.as_str(), "kaa.v1.service.epf.scmp.configuration.upsert");
        assert!(SubjectFilter::one_way_with_variable(&epf, kind).matches(&subject));
        let error = Subject::one_way(&epf, kind, false, &["upsert"]).unwrap_err();
        let expected = "\"scmp.configuration\" takes 0 variables, 1 given; expected no variable";
        assert_eq!(SendError::from(error).to_string(), expected);
    }

    #[proves("ISM-023")]
    #[test]
    fn the_message_type_of_a_replica_reply_to_is_replaced() {
        let reply_to = Subject::parse("kaa.v1.replica.r1.esp.ExtensionData").unwrap();
        assert_eq!(reply_to.for_kind(ANSWER), Some(reply_to.clone()));
        assert_eq!(reply_to.for_kind(DATA).unwrap().as_str(), "kaa.v1.replica.r1.esp.ClientData");
        let other = MessageKind::from_static("cdtp.response");
        assert_eq!(reply_to.for_kind(other), None);
        assert_eq!(Subject::parse("_INBOX.abc.1").unwrap().for_kind(DATA), None);
    }

    #[proves("ISM-014", "ISM-018")]
    #[test]
    fn filters_match_as_in_nats() {
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
