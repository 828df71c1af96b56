//! How long things take.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// How many observations took how long. Clones are the same histogram.
///
/// An observation costs two additions to atomic numbers: no lock, no memory.
#[derive(Clone, Debug, Default)]
pub struct Histogram(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    /// One for each bucket; the last one is for what is longer than all bounds.
    counts: [AtomicU64; Histogram::BUCKETS.len() + 1],
    /// In nanoseconds: enough for 584 years.
    sum: AtomicU64,
}

/// A histogram at one moment.
#[derive(Clone, Debug, Default)]
pub(super) struct Snapshot {
    /// Not cumulative.
    pub(super) counts: [u64; Histogram::BUCKETS.len() + 1],
    pub(super) sum: Duration,
}

impl Histogram {
    /// The upper bounds of the buckets, inclusive: 100 µs to 30 s. What takes longer is in the bucket `+Inf`.
    pub const BUCKETS: [Duration; 16] = [
        Duration::from_micros(100),
        Duration::from_micros(250),
        Duration::from_micros(500),
        Duration::from_millis(1),
        Duration::from_micros(2500),
        Duration::from_millis(5),
        Duration::from_millis(10),
        Duration::from_millis(25),
        Duration::from_millis(50),
        Duration::from_millis(100),
        Duration::from_millis(250),
        Duration::from_millis(500),
        Duration::from_secs(1),
        Duration::from_secs(5),
        Duration::from_secs(10),
        Duration::from_secs(30),
    ];

    /// Something has taken so long.
    pub fn observe(&self, took: Duration) {
        let bucket = Self::BUCKETS.partition_point(|bound| *bound < took);
        if let Some(count) = self.0.counts.get(bucket) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        if !took.is_zero() {
            self.0.sum.fetch_add(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
        }
    }

    /// How many observations so far.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.snapshot().counts.iter().sum()
    }

    /// How long all of them took together.
    #[must_use]
    pub fn sum(&self) -> Duration {
        self.snapshot().sum
    }

    pub(super) fn snapshot(&self) -> Snapshot {
        let sum = Duration::from_nanos(self.0.sum.load(Ordering::Relaxed));
        Snapshot { counts: std::array::from_fn(|bucket| self.count_of(bucket)), sum }
    }

    fn count_of(&self, bucket: usize) -> u64 {
        self.0.counts.get(bucket).map_or(0, |count| count.load(Ordering::Relaxed))
    }
}
