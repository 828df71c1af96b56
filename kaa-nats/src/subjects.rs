//! Subjects of ours and of the client.

use async_nats::Subject as NatsSubject;
use kaa_ism::Subject;

use crate::recent::Recent;

/// One of ours as one of the client. Not copied.
pub(crate) fn theirs(subject: &Subject) -> NatsSubject {
    // Ours is UTF-8, so the conversion never fails. The client takes no empty one.
    NatsSubject::try_from(subject.clone().into_bytes()).unwrap_or_else(|_| NatsSubject::from_static(""))
}

/// What is heard of: text as ours. Making one checks and copies the text; a service hears of the same few, and those used lately
/// are kept.
#[derive(Debug, Default)]
pub(crate) struct Inbound(Recent<Subject, 16>);

impl Inbound {
    /// `None` if the text is no subject.
    pub(crate) fn subject(&mut self, text: &str) -> Option<Subject> {
        if let Some(known) = self.0.find(|known| known.as_str() == text) {
            return Some(known.clone());
        }
        let subject = Subject::parse(text).ok()?;
        self.0.keep(subject.clone());
        Some(subject)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_number_of_subjects_is_known() {
        let mut inbound = Inbound::default();
        for n in (0..100).chain(0..100) {
            let text = format!("a.{n}");
            let subject = inbound.subject(&text).unwrap();
            assert_eq!(subject.as_str(), text);
            assert_eq!(theirs(&subject).as_str(), text);
        }
        assert!(inbound.subject("a b").is_none());
    }
}
