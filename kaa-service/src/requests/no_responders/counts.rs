//! How many messages there are for each subject.

use std::collections::HashMap;

use kaa_ism::Subject;

/// So many targets are told apart between two fences. Subjects of 60 bytes take some 200 KiB then.
pub(super) const MOST_TARGETS: usize = 1024;

/// How many messages there are for a subject.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) by_target: HashMap<Subject, u64>,
    /// Those for subjects that there was no room for.
    pub(super) others: u64,
}

impl Counts {
    pub(super) fn add(&mut self, target: Subject, count: u64) {
        if self.by_target.len() < MOST_TARGETS || self.by_target.contains_key(&target) {
            *self.by_target.entry(target).or_default() += count;
        } else {
            self.others += count;
        }
    }

    pub(super) fn add_all(&mut self, more: Self) {
        more.by_target.into_iter().for_each(|(target, count)| self.add(target, count));
        self.others += more.others;
    }

    /// How many there may be for `target`; for `None` all.
    pub(super) fn about(&self, target: Option<&Subject>) -> u64 {
        let known = match target {
            Some(target) => self.by_target.get(target).copied().unwrap_or_default(),
            None => self.by_target.values().sum(),
        };
        known + self.others
    }
}
