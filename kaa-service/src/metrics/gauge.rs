//! A number that goes up and down.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

/// A number that goes up and down. Clones are the same number.
#[derive(Clone, Debug, Default)]
pub struct Gauge(Arc<AtomicI64>);

impl Gauge {
    /// It is `value` now.
    pub fn set(&self, value: i64) {
        self.0.store(value, Ordering::Relaxed);
    }

    /// `change` more, or less if it is negative.
    pub fn add(&self, change: i64) {
        self.0.fetch_add(change, Ordering::Relaxed);
    }

    /// What it is.
    #[must_use]
    pub fn value(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// The part that one of several adds to a gauge. Dropping it takes the part away.
#[derive(Debug)]
pub(super) struct Level {
    gauge: Gauge,
    part: i64,
}

impl Level {
    pub(super) fn new(gauge: Gauge) -> Self {
        Self { gauge, part: 0 }
    }

    pub(super) fn set(&mut self, count: usize) {
        let part = i64::try_from(count).unwrap_or(i64::MAX);
        if part != self.part {
            self.gauge.add(part - self.part);
            self.part = part;
        }
    }
}

impl Drop for Level {
    fn drop(&mut self) {
        self.set(0);
    }
}
