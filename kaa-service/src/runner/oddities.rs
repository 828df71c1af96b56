//! Messages that are not as expected.

use std::{collections::HashSet, fmt::Display};

use kaa_ism::Subject;

/// Of how many subjects the first oddity is logged.
const SUBJECTS: usize = 256;

/// The subjects on which something odd has been logged.
#[derive(Debug, Default)]
pub(super) struct Oddities(HashSet<String>);

impl Oddities {
    /// Whether it is to be logged: the first one on this subject is.
    pub(super) fn is_first(&mut self, subject: &Subject) -> bool {
        self.0.len() < SUBJECTS && self.0.insert(subject.as_str().to_owned())
    }

    /// Logs what is odd about a message that has come.
    pub(super) fn log_once(&mut self, subject: &Subject, problem: &dyn Display) {
        if self.is_first(subject) {
            tracing::warn!(%subject, %problem, "a message is not as expected; further ones on this subject are only counted");
        }
    }
}
