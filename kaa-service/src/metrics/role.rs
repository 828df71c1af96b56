//! What a service measures of the messages of one role.

use tokio::time::Instant;

use super::{Histogram, Metrics, gauge::Level};

/// How long the messages of a role wait and are handled.
#[derive(Debug)]
pub(crate) struct Times {
    waiting: Histogram,
    handling: Histogram,
}

impl Times {
    pub(crate) fn new(metrics: &Metrics, message: &str) -> Self {
        let labels = [("message", message)];
        Self {
            waiting: metrics.histogram("kaa_waiting_seconds", &labels),
            handling: metrics.histogram("kaa_handling_seconds", &labels),
        }
    }

    /// Handling begins; `None` if the message did not wait. Returns when.
    pub(crate) fn begin(&self, waiting_since: Option<Instant>) -> Instant {
        let now = Instant::now();
        self.waiting.observe(waiting_since.map(|since| now - since).unwrap_or_default());
        now
    }

    /// Handling that began then ends.
    pub(crate) fn end(&self, begun: Instant) {
        self.handling.observe(begun.elapsed());
    }
}

/// How many messages of a role are in work and wait. Roles with the same messages add up; a role that ends has none.
#[derive(Debug)]
pub(crate) struct Levels {
    in_work: Level,
    waiting: Level,
}

impl Levels {
    pub(crate) fn new(metrics: &Metrics, message: &str) -> Self {
        let level = |name| Level::new(metrics.gauge(name, &[("message", message)]));
        Self { in_work: level("kaa_messages_in_work"), waiting: level("kaa_messages_waiting") }
    }

    pub(crate) fn set(&mut self, in_work: usize, waiting: usize) {
        self.in_work.set(in_work);
        self.waiting.set(waiting);
    }
}
