//! What was used lately.

/// The entries used lately, at most `KEPT`; the oldest makes room.
#[derive(Debug)]
pub(crate) struct Recent<T, const KEPT: usize> {
    entries: Vec<T>,
    next: usize,
}

impl<T, const KEPT: usize> Default for Recent<T, KEPT> {
    fn default() -> Self {
        Self { entries: Vec::new(), next: 0 }
    }
}

impl<T, const KEPT: usize> Recent<T, KEPT> {
    /// The first entry that is `wanted`.
    pub(crate) fn find(&self, wanted: impl Fn(&T) -> bool) -> Option<&T> {
        self.entries.iter().find(|entry| wanted(entry))
    }

    /// Keeps an entry.
    pub(crate) fn keep(&mut self, entry: T) {
        match self.entries.get_mut(self.next) {
            Some(oldest) => *oldest = entry,
            None => self.entries.push(entry),
        }
        self.next = (self.next + 1) % KEPT;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_are_kept() {
        let mut recent = Recent::<u32, 3>::default();
        (0..10).for_each(|n| recent.keep(n));
        assert_eq!(recent.entries.len(), 3);
        assert!(recent.find(|&n| n == 6).is_none());
        assert!((7..10).all(|n| recent.find(|&kept| kept == n).is_some()));
    }
}
