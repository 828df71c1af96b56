//! A subject of 3/ISM and what listens to it.

use bytes::Bytes;
use kaa_ism::{EventKind, InstanceName, MessageKind, ReplicaId, Subject, SubjectFilter};

const MESSAGE: MessageKind = MessageKind::from_static("esp.ClientData");
const EVENT: EventKind = EventKind::from_static("endpoint-filter.*.deleted");

/// The input is a subject, a space, and a filter; without a space it is both. The subject is taken for a name too.
///
/// - What was read from text reads from bytes too, and matches itself.
/// - A filter matches as its definition says.
/// - A name never moves a message: a subject made with it has the tokens that it should have.
pub fn subject(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (text, filter) = text.split_once(' ').unwrap_or((text, text));
    let subject = Subject::parse(text);
    let from_bytes = Subject::from_bytes(Bytes::copy_from_slice(text.as_bytes()));
    assert_eq!(from_bytes, subject, "read from bytes");
    if let Ok(subject) = subject {
        assert_eq!(subject.as_str(), text);
        assert!(SubjectFilter::from(subject.clone()).matches(&subject), "{subject} does not match itself");
        if let Ok(filter) = SubjectFilter::parse(filter) {
            let (pattern, tokens) = (tokens(filter.as_str()), tokens(subject.as_str()));
            assert_eq!(filter.matches(&subject), matches(&pattern, &tokens), "{filter} and {subject}");
        }
        if let Some(of_kind) = subject.for_kind(MESSAGE) {
            assert_eq!(of_kind.replica_kind(), Some(MESSAGE.as_str()), "{subject} for another kind");
        }
    }
    with_name(text);
}

/// The definition: `*` is any token, a last `>` one token or more.
fn matches(pattern: &[&str], tokens: &[&str]) -> bool {
    match (pattern, tokens) {
        ([">"], [_, ..]) => true,
        (["*", pattern @ ..], [_, tokens @ ..]) => matches(pattern, tokens),
        ([expected, pattern @ ..], [token, tokens @ ..]) => expected == token && matches(pattern, tokens),
        (pattern, tokens) => pattern.is_empty() && tokens.is_empty(),
    }
}

fn with_name(name: &str) {
    if let Ok(replica) = ReplicaId::parse(name) {
        let subject = Subject::replica(&replica, MESSAGE);
        assert_eq!(tokens(subject.as_str()), ["kaa", "v1", "replica", name, "esp", "ClientData"]);
        assert_eq!(subject.replica_kind(), Some(MESSAGE.as_str()));
        assert!(SubjectFilter::replica(&replica).matches(&subject));
    }
    if let Ok(instance) = InstanceName::parse(name) {
        let subject = Subject::service(&instance, MESSAGE);
        assert_eq!(tokens(subject.as_str()), ["kaa", "v1", "service", name, "esp", "ClientData"]);
        if let Ok(subject) = Subject::event(&instance, EVENT, &[name]) {
            assert_eq!(tokens(subject.as_str()), ["kaa", "v1", "events", name, "endpoint-filter", name, "deleted"]);
        }
    }
}

fn tokens(text: &str) -> Vec<&str> {
    text.split('.').collect()
}
