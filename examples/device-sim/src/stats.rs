//! What one endpoint has seen so far.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// How many latencies are kept: the latest.
const KEPT: usize = 4096;

#[derive(Debug)]
pub(crate) struct Stats {
    endpoint: String,
    counts: Mutex<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    sent: u64,
    acknowledged: u64,
    errors: u64,
    last_error: Option<String>,
    latencies: Vec<Duration>,
}

impl Stats {
    pub(crate) fn new(endpoint: &str) -> Self {
        Self { endpoint: endpoint.to_owned(), counts: Mutex::default() }
    }

    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    pub(crate) fn sent(&self) {
        self.lock().sent += 1;
    }

    pub(crate) fn acknowledged(&self, latency: Duration) {
        let mut counts = self.lock();
        let slot = usize::try_from(counts.acknowledged).unwrap_or(0) % KEPT;
        counts.acknowledged += 1;
        match counts.latencies.get_mut(slot) {
            Some(oldest) => *oldest = latency,
            None => counts.latencies.push(latency),
        }
    }

    pub(crate) fn failed(&self, error: String) {
        let mut counts = self.lock();
        counts.errors += 1;
        counts.last_error = Some(error);
    }

    /// Sent, acknowledged, errors.
    pub(crate) fn counts(&self) -> (u64, u64, u64) {
        let counts = self.lock();
        (counts.sent, counts.acknowledged, counts.errors)
    }

    pub(crate) fn last_error(&self) -> Option<String> {
        self.lock().last_error.clone()
    }

    /// The latency that `permille` of the latest answers did not exceed.
    pub(crate) fn quantile(&self, permille: usize) -> Option<Duration> {
        let mut latencies = self.lock().latencies.clone();
        latencies.sort_unstable();
        let index = (latencies.len() * permille / 1000).min(latencies.len().checked_sub(1)?);
        latencies.get(index).copied()
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
