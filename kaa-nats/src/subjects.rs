//! Subjects of ours and of the client.
//!
//! Both check that a subject is text, and copy it. A service publishes to the same few and hears of the same few: those used
//! lately are kept.

use std::sync::{Mutex, PoisonError};

use async_nats::Subject as NatsSubject;
use kaa_ism::Subject;

use crate::recent::Recent;

/// What is published to: ours as the client's.
#[derive(Debug, Default)]
pub(crate) struct Outbound(Mutex<Recent<(Subject, NatsSubject), 32>>);

/// What is heard of: text as ours.
#[derive(Debug, Default)]
pub(crate) struct Inbound(Recent<Subject, 16>);

impl Outbound {
    pub(crate) fn subject(&self, subject: Subject) -> NatsSubject {
        let mut recent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = recent.find(|(known, _)| *known == subject) {
            return known.clone();
        }
        // Ours is UTF-8, so the conversion never fails and copies nothing.
        let converted = NatsSubject::try_from(subject.clone().into_bytes());
        let converted = converted.unwrap_or_else(|_| NatsSubject::from_static(""));
        recent.keep((subject, converted.clone()));
        converted
    }
}

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
        let (outbound, mut inbound) = (Outbound::default(), Inbound::default());
        for n in (0..100).chain(0..100) {
            let text = format!("a.{n}");
            let subject = inbound.subject(&text).unwrap();
            assert_eq!(subject.as_str(), text);
            assert_eq!(outbound.subject(subject).as_str(), text);
        }
        assert!(inbound.subject("a b").is_none());
    }
}
