//! What is listened to.

use bytestring::ByteString;

use super::{EventKind, InvalidSubject, MessageKind, Subject, join, text, tokens_are};
use crate::{InstanceName, ReplicaId};

const FILTER: &str =
    "expected tokens separated by dots, without white space, '*' for any token, '>' at the end for the rest";

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
            Err(InvalidSubject::new(text, "is no subject filter", FILTER))
        }
    }

    /// Everything that is sent to one replica: `kaa.v1.replica.<replica>.>`.
    #[must_use]
    pub fn replica(replica: &ReplicaId) -> Self {
        Self(join(["kaa.v1.replica.", replica.as_str(), ".>", ""]))
    }

    /// Events of a kind, of one originator or `*`, with given variable tokens or any.
    pub(crate) fn events(originator: &str, kind: EventKind, variables: &[String]) -> Self {
        let given: Vec<_> = variables.iter().map(String::as_str).collect();
        let kind = kind.filled(&given).unwrap_or_else(|_| kind.as_str().into());
        Self(join(["kaa.v1.events.", originator, ".", &kind]))
    }

    /// A one-way message whose subject ends in a token that varies: `kaa.v1.service.<instance>.<kind>.*`.
    #[must_use]
    pub fn one_way_with_variable(instance: &InstanceName, kind: MessageKind) -> Self {
        Self(join([&format!("kaa.v1.service.{}", instance.as_str()), ".", kind.0, ".*"]))
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
        let mut tokens = subject.as_str().split('.');
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

text!(SubjectFilter);
