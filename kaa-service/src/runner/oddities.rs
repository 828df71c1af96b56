//! Messages that are not as expected.

use std::{collections::HashSet, fmt::Display};

use kaa_ism::Subject;

/// Of how many subjects the first oddity is logged.
const SUBJECTS: usize = 256;

/// The subjects on which something odd has been logged.
#[derive(Debug, Default)]
pub(super) struct Oddities(HashSet<String>);

impl Oddities {
    pub(super) fn log_once(&mut self, subject: &Subject, problem: &dyn Display) {
        let subject = subject.as_str();
        if self.0.len() < SUBJECTS && self.0.insert(subject.to_owned()) {
            tracing::warn!(subject, %problem, "a message is not as expected; further ones on this subject are only counted");
        }
    }
}
