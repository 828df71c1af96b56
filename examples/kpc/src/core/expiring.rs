//! A map that forgets.

use std::{
    borrow::Borrow,
    collections::{HashMap, VecDeque},
    hash::Hash,
    time::Duration,
};

use tokio::time::Instant;

/// Values that are valid for a while, and not more than so many. The oldest go first.
#[derive(Debug)]
pub(crate) struct Expiring<K, V> {
    capacity: usize,
    max_age: Duration,
    entries: HashMap<K, Entry<V>>,
    /// In order of insertion, which is that of expiry. Has keys that are gone, or have been inserted again since.
    order: VecDeque<(u64, K)>,
    last: u64,
}

#[derive(Debug)]
struct Entry<V> {
    value: V,
    until: Instant,
    number: u64,
}

impl<K: Clone + Eq + Hash, V> Expiring<K, V> {
    pub(crate) fn new(capacity: usize, max_age: Duration) -> Self {
        Self { capacity, max_age, entries: HashMap::new(), order: VecDeque::new(), last: 0 }
    }

    pub(crate) fn get<Q: Eq + Hash + ?Sized>(&self, key: &Q, now: Instant) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.entries.get(key).filter(|entry| entry.until > now).map(|entry| &entry.value)
    }

    pub(crate) fn remove<Q: Eq + Hash + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.entries.remove(key).map(|entry| entry.value)
    }

    /// Inserts a value. Returns what had to go for it: the former value of the key, the expired, the oldest.
    pub(crate) fn insert(&mut self, key: K, value: V, now: Instant) -> Vec<V> {
        self.last += 1;
        let entry = Entry { value, until: now + self.max_age, number: self.last };
        self.order.push_back((self.last, key.clone()));
        let mut gone: Vec<V> = self.entries.insert(key, entry).map(|entry| entry.value).into_iter().collect();
        while let Some((number, key)) = self.order.front() {
            match self.entries.get(key).filter(|entry| entry.number == *number) {
                Some(entry) if entry.until > now && self.entries.len() <= self.capacity => break,
                Some(_) => gone.extend(self.entries.remove(key).map(|entry| entry.value)),
                None => {}
            }
            self.order.pop_front();
        }
        // Removed and inserted again and again behind an old entry: the order must not grow without bound.
        if self.order.len() > self.entries.len().saturating_mul(2).saturating_add(16) {
            let entries = &self.entries;
            self.order.retain(|(number, key)| entries.get(key).is_some_and(|entry| entry.number == *number));
        }
        gone
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AGE: Duration = Duration::from_secs(10);

    #[test]
    fn a_value_is_valid_until_its_age() {
        let (mut map, now) = (Expiring::new(10, AGE), Instant::now());
        assert!(map.insert("a", 1, now).is_empty());
        assert_eq!(map.get("a", now + AGE - Duration::from_millis(1)), Some(&1));
        assert_eq!(map.get("a", now + AGE), None);
        assert_eq!(map.insert("b", 2, now + AGE), [1], "the expired goes with the next insertion");
    }

    #[test]
    fn the_oldest_goes_when_there_are_too_many() {
        let (mut map, now) = (Expiring::new(2, AGE), Instant::now());
        assert!(map.insert("a", 1, now).is_empty());
        assert!(map.insert("b", 2, now).is_empty());
        assert_eq!(map.insert("a", 3, now), [1], "inserted again: it is the newest now");
        assert_eq!(map.insert("c", 4, now), [2]);
        assert_eq!((map.get("a", now), map.get("b", now), map.get("c", now)), (Some(&3), None, Some(&4)));
    }

    #[test]
    fn nothing_grows_without_bound() {
        let (mut map, now) = (Expiring::new(100, AGE), Instant::now());
        map.insert(0, 0, now);
        for n in 0..10_000 {
            map.insert(1, n, now);
            map.remove(&1);
        }
        assert!(map.order.len() <= 20 && map.entries.len() == 1);
    }
}
