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
    /// The subject of a message and its replyTo.
    pub(crate) fn subjects(&self, subject: &Subject, reply_to: Option<&Subject>) -> (NatsSubject, Option<NatsSubject>) {
        let mut recent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (converted(&mut recent, subject), reply_to.map(|reply_to| converted(&mut recent, reply_to)))
    }
}

fn converted(recent: &mut Recent<(Subject, NatsSubject), 32>, subject: &Subject) -> NatsSubject {
    // Nearly always it is the very same, and then the text need not be looked at.
    let known = recent.find(|(known, _)| std::ptr::eq(known.as_str(), subject.as_str()));
    if let Some((_, known)) = known.or_else(|| recent.find(|(known, _)| known == subject)) {
        return known.clone();
    }
    // Ours is UTF-8, so the conversion never fails and copies nothing.
    let converted = NatsSubject::try_from(subject.clone().into_bytes());
    let converted = converted.unwrap_or_else(|_| NatsSubject::from_static(""));
    recent.keep((subject.clone(), converted.clone()));
    converted
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
            let (converted, reply_to) = outbound.subjects(&subject, Some(&subject));
            assert_eq!((converted.as_str(), reply_to.as_deref()), (text.as_str(), Some(text.as_str())));
        }
        assert!(inbound.subject("a b").is_none());
    }
}
