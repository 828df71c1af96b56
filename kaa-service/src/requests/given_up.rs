//! Correlation ids of calls that were given up.

use std::{
    collections::{HashSet, VecDeque},
    hash::BuildHasher as _,
};

use foldhash::fast::RandomState;

/// How many are remembered: as many as calls wait at most.
const REMEMBERED: usize = 65_536;

/// Remembers ids, by their hashes. An answer to one of them may be late, and then it is not that of the call which uses the id
/// again.
#[derive(Debug, Default)]
pub(super) struct GivenUp {
    hasher: RandomState,
    known: HashSet<u64, RandomState>,
    oldest_first: VecDeque<u64>,
}

impl GivenUp {
    pub(super) fn note(&mut self, id: &[u8]) {
        let hash = self.hasher.hash_one(id);
        if !self.known.insert(hash) {
            return;
        }
        self.oldest_first.push_back(hash);
        if self.oldest_first.len() > REMEMBERED
            && let Some(oldest) = self.oldest_first.pop_front()
        {
            self.known.remove(&oldest);
        }
    }

    pub(super) fn contains(&self, id: &[u8]) -> bool {
        !self.known.is_empty() && self.known.contains(&self.hasher.hash_one(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_are_known() {
        let mut given_up = GivenUp::default();
        assert!(!given_up.contains(b"0"));
        (0..=REMEMBERED).for_each(|n| given_up.note(n.to_string().as_bytes()));
        assert!(
            !given_up.contains(b"0") && given_up.contains(b"1") && given_up.contains(REMEMBERED.to_string().as_bytes())
        );
        assert_eq!(given_up.known.len(), REMEMBERED);
    }
}
