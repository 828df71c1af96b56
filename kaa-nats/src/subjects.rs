//! Our subjects as those of the client.

use std::sync::{Mutex, PoisonError};

use async_nats::Subject as NatsSubject;
use kaa_ism::Subject;

/// How many are kept.
const KEPT: usize = 32;

/// The subjects published to lately: the client checks again that each is text, and a service publishes to the same few.
#[derive(Debug, Default)]
pub(crate) struct Subjects(Mutex<Recent>);

#[derive(Debug, Default)]
struct Recent {
    subjects: Vec<(Subject, NatsSubject)>,
    next: usize,
}

impl Subjects {
    pub(crate) fn of(&self, subject: Subject) -> NatsSubject {
        let mut recent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = recent.subjects.iter().find(|(known, _)| *known == subject) {
            return known.clone();
        }
        // Ours is UTF-8, so the conversion never fails and copies nothing.
        let converted = NatsSubject::try_from(subject.clone().into_bytes());
        let converted = converted.unwrap_or_else(|_| NatsSubject::from_static(""));
        let (next, entry) = (recent.next, (subject, converted.clone()));
        match recent.subjects.get_mut(next) {
            Some(oldest) => *oldest = entry,
            None => recent.subjects.push(entry),
        }
        recent.next = (next + 1) % KEPT;
        converted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_number_of_subjects_is_converted_and_few_are_kept() {
        let subjects = Subjects::default();
        for n in (0..100).chain(0..100) {
            let text = format!("a.{n}");
            assert_eq!(subjects.of(Subject::parse(text.as_str()).unwrap()).as_str(), text);
        }
        assert_eq!(subjects.0.lock().unwrap().subjects.len(), KEPT);
    }
}
