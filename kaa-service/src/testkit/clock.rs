//! A clock that tests move.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use kaa_ism::{Clock, Timestamp};
use tokio::time::Instant;

/// A clock that goes with the time of tokio, paused or not, and that tests move against it. Clones are the same clock.
///
/// ```
/// use std::time::Duration;
///
/// use kaa_ism::{Clock as _, Timestamp};
/// use kaa_service::testkit::TestClock;
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let clock = TestClock::at(Timestamp(1_000));
/// tokio::time::advance(Duration::from_millis(5)).await;
/// clock.advance(Duration::from_millis(500));
/// assert_eq!(clock.now(), Timestamp(1_505));
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct TestClock {
    start: Instant,
    at_start: Arc<AtomicI64>,
}

impl TestClock {
    /// A clock that shows this time now.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self { start: Instant::now(), at_start: Arc::new(AtomicI64::new(now.0)) }
    }

    /// Sets the clock, and leaves the time of tokio as it is: timers do not see it.
    pub fn set(&self, now: Timestamp) {
        self.at_start.store(now.0.saturating_sub(self.passed()), Ordering::Relaxed);
    }

    /// Moves the clock on by whole milliseconds, and leaves the time of tokio as it is.
    pub fn advance(&self, by: Duration) {
        self.set(Timestamp(self.now().0.saturating_add(milliseconds(by))));
    }

    fn passed(&self) -> i64 {
        milliseconds(self.start.elapsed())
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.at_start.load(Ordering::Relaxed).saturating_add(self.passed()))
    }
}

fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
