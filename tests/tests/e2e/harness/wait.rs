//! Waiting for what happens, never for time to pass.

use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

/// How long anything may take on a busy machine.
pub(crate) const WITHIN: Duration = Duration::from_secs(30);

const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// What `future` gives; fails the test when it takes too long.
#[track_caller]
pub(crate) fn within<T>(what: &str, future: impl Future<Output = T>) -> impl Future<Output = T> {
    let caller = std::panic::Location::caller();
    async move {
        match timeout(WITHIN, future).await {
            Ok(value) => value,
            Err(_) => panic!("{what}: not within {} s, at {caller}", WITHIN.as_secs()),
        }
    }
}

/// Looks again and again until `look` finds something: for what nobody announces.
pub(crate) async fn eventually<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + WITHIN;
    let mut again = interval(LOOK_AGAIN);
    again.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while Instant::now() < deadline {
        again.tick().await;
        if let Some(found) = look().await {
            return found;
        }
    }
    panic!("{what}: not within {} s", WITHIN.as_secs())
}
