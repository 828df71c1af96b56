//! What has been handled.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Mutex, PoisonError},
};

/// How many numbers of an endpoint are remembered. Nobody sends a number before the one before it has an end.
const KEPT: usize = 64;

/// The highest request ids of each endpoint.
#[derive(Default)]
pub(crate) struct Numbers(Mutex<HashMap<String, BTreeSet<i32>>>);

impl Numbers {
    /// Notes a request id. Says whether it is here for the first time.
    pub(crate) fn is_new(&self, endpoint: String, number: i32) -> bool {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let numbers = all.entry(endpoint).or_default();
        let is_new = numbers.insert(number);
        if numbers.len() > KEPT {
            numbers.pop_first();
        }
        is_new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_an_endpoint_is_new_once() {
        let numbers = Numbers::default();
        for number in 1..200 {
            assert!(numbers.is_new("a".into(), number) && numbers.is_new("b".into(), number));
            assert!(!numbers.is_new("a".into(), number) && !numbers.is_new("b".into(), (number - 50).max(1)));
        }
        assert_eq!(numbers.0.lock().unwrap()["a"].len(), KEPT);
    }
}
