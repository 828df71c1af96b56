//! Subjects seen lately.

use kaa_ism::Subject;

/// How many subjects are kept: the instances of communication services that talk to one extension are few.
const KEPT: usize = 16;

/// The subjects seen lately. A subscription sees the same few again and again: checking and copying them once is enough.
#[derive(Debug, Default)]
pub(crate) struct Recent {
    subjects: Vec<Subject>,
    next: usize,
}

impl Recent {
    /// The subject with this text, or `None` if it is no subject.
    pub(crate) fn subject(&mut self, text: &str) -> Option<Subject> {
        if let Some(known) = self.subjects.iter().find(|known| known.as_str() == text) {
            return Some(known.clone());
        }
        let subject = Subject::parse(text).ok()?;
        match self.subjects.get_mut(self.next) {
            Some(oldest) => *oldest = subject.clone(),
            None => self.subjects.push(subject.clone()),
        }
        self.next = (self.next + 1) % KEPT;
        Some(subject)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_number_of_subjects_is_known_and_few_are_kept() {
        let mut recent = Recent::default();
        for round in 0..3 {
            for n in 0..50 {
                let text = format!("a.{n}");
                assert_eq!(recent.subject(&text).unwrap().as_str(), text, "round {round}");
            }
        }
        assert_eq!(recent.subjects.len(), KEPT);
        assert!(recent.subject("a b").is_none());
    }
}
