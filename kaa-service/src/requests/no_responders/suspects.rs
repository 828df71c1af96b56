//! The calls of which it is not known yet which ones reached nobody.

use std::collections::HashSet;

/// How many looks may be undecided at once: each answer is compared with all of them.
pub(super) const MOST_UNDECIDED: usize = 32;

/// What was suspected at each look that is undecided.
#[derive(Debug, Default)]
pub(super) struct Undecided(pub(super) Vec<Suspects>);

/// Calls of which `notices` reached nobody, unless it was one of the `silent` messages.
#[derive(Debug)]
pub(super) struct Suspects {
    pub(super) calls: HashSet<String>,
    pub(super) silent: u64,
    pub(super) notices: u64,
}

impl Undecided {
    /// Those of one more look. Returns the calls that reached nobody.
    #[must_use]
    pub(super) fn add(&mut self, suspects: impl Iterator<Item = Suspects>) -> Vec<String> {
        self.0.extend(suspects);
        self.0.retain(|suspects| !suspects.calls.is_empty());
        self.merge_what_overlaps();
        let too_many = self.0.len().saturating_sub(MOST_UNDECIDED);
        // The calls of the oldest end by their deadlines.
        self.0.drain(..too_many);
        self.settle()
    }

    /// A call was answered. Returns the calls that reached nobody.
    #[must_use]
    pub(super) fn answered(&mut self, id: &str) -> Vec<String> {
        if self.0.is_empty() {
            return Vec::new();
        }
        let mut was_suspect = false;
        for suspects in &mut self.0 {
            was_suspect |= suspects.calls.remove(id);
        }
        // Most are none: they are answered sooner than a fence comes back.
        if was_suspect { self.settle() } else { Vec::new() }
    }

    /// A call was given up: nothing more will be heard of it.
    pub(super) fn abandoned(&mut self, id: &str) {
        for suspects in &mut self.0 {
            if suspects.calls.remove(id) {
                suspects.silent += 1;
            }
        }
    }

    /// Calls that count on both sides of a fence tie the two together: which side a notice is about is not known, but both
    /// sides together are as exact as one.
    fn merge_what_overlaps(&mut self) {
        let mut merged: Vec<Suspects> = Vec::with_capacity(self.0.len());
        for mut suspects in std::mem::take(&mut self.0) {
            if !suspects.all_reached_nobody() {
                let overlapping =
                    |other: &Suspects| !other.all_reached_nobody() && !other.calls.is_disjoint(&suspects.calls);
                let (overlap, apart): (Vec<_>, Vec<_>) = merged.into_iter().partition(overlapping);
                for other in overlap {
                    suspects.calls.extend(other.calls);
                    suspects.silent += other.silent;
                    suspects.notices += other.notices;
                }
                merged = apart;
            }
            merged.push(suspects);
        }
        self.0 = merged;
    }

    fn settle(&mut self) -> Vec<String> {
        let mut nobody = Vec::new();
        self.0.retain(|suspects| !suspects.calls.is_empty());
        while let Some(decided) = self.0.iter().position(Suspects::all_reached_nobody) {
            let decided = self.0.remove(decided);
            // A call has one notice at most: the notices that others count are not about these.
            for others in &mut self.0 {
                others.calls.retain(|id| !decided.calls.contains(id));
            }
            self.0.retain(|suspects| !suspects.calls.is_empty());
            nobody.extend(decided.calls);
        }
        nobody
    }
}

impl Suspects {
    fn all_reached_nobody(&self) -> bool {
        u64::try_from(self.calls.len()).unwrap_or(u64::MAX).saturating_add(self.silent) == self.notices
    }
}
