//! Messages that are not as expected.

use std::{
    collections::HashMap,
    fmt::Display,
    sync::{Mutex, PoisonError},
};

use bytes::Bytes;
use kaa_ism::{Message, SendError, Status, Subject, WireRevision};

use super::telling::Chain;

/// Of how many subjects the first oddity is logged.
const SUBJECTS: usize = 256;

/// The subjects on which something odd has been logged, each with the worst of it: a flood of what is odd does not flood the
/// log. The lock is taken for odd messages alone.
#[derive(Debug, Default)]
pub(super) struct Oddities(Mutex<HashMap<String, Severity>>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Severity {
    /// A message is wrong, or so it is said.
    Wrong,
    /// Who handles it has failed.
    Failure,
}

impl Oddities {
    /// Logs what is odd about a message that has come, for the first one on this subject.
    pub(super) fn log_once(&self, subject: &Subject, problem: &dyn Display) {
        if self.is_first(subject, Severity::Wrong) {
            tracing::warn!(%subject, %problem, "a message is not as expected; further ones on this subject are only counted");
        }
    }

    /// Logs what is said to be wrong with a message and told to nobody, for the first one on this subject; and for the first that
    /// has failed there.
    pub(super) fn log_refusal_once<M: Message>(
        &self,
        subject: &Subject,
        body: &Bytes,
        revision: WireRevision,
        status: &Status,
    ) {
        let severity = if status.code().as_i32() >= 500 { Severity::Failure } else { Severity::Wrong };
        if self.is_first(subject, severity) {
            // Read again: only who is logged pays for it.
            let message = M::decode_revision(body, revision).ok().map(|(message, _)| message);
            let correlation_id = message.as_ref().map_or("", |message| message.envelope().correlation_id);
            let (message_type, cause) = (M::NAME, Chain(status));
            tracing::warn!(message_type, %subject, correlation_id, %cause, "a message was refused, unanswered; further ones on this subject are only counted");
        }
    }

    /// Logs why an answer did not leave, for the first one to this subject.
    pub(super) fn log_unsent_once(&self, message_type: &'static str, to: &Subject, error: &SendError) {
        if self.is_first(to, Severity::Failure) {
            tracing::warn!(message_type, %to, %error, "an answer was not sent; further ones there are only counted");
        }
    }

    fn is_first(&self, subject: &Subject, severity: Severity) -> bool {
        // What panics meanwhile leaves nothing half done.
        let mut logged = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(worst) = logged.get_mut(subject.as_str()) {
            return std::mem::replace(worst, severity.max(*worst)) < severity;
        }
        logged.len() < SUBJECTS && logged.insert(subject.as_str().to_owned(), severity).is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_on_each_of_few_subjects_is_logged() {
        let oddities = Oddities::default();
        let logged = (0..2 * SUBJECTS).filter(|n| {
            let subject = Subject::parse(format!("a.{n}")).unwrap();
            let is_first = oddities.is_first(&subject, Severity::Wrong);
            assert!(!oddities.is_first(&subject, Severity::Wrong), "{n}");
            is_first
        });
        assert_eq!(logged.count(), SUBJECTS);
    }

    #[test]
    fn a_failure_is_logged_behind_what_is_wrong_and_not_the_other_way() {
        let (oddities, subject) = (Oddities::default(), Subject::parse("a").unwrap());
        let severities = [Severity::Wrong, Severity::Failure, Severity::Wrong, Severity::Failure];
        assert_eq!(severities.map(|severity| oddities.is_first(&subject, severity)), [true, true, false, false]);
    }
}
