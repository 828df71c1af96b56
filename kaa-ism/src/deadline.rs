//! When a message expires.

use std::time::Duration;

/// A point in time: milliseconds since the Unix epoch, as in every `timestamp` field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(clippy::exhaustive_structs, reason = "a number with a unit")]
pub struct Timestamp(pub i64);

/// Where the time comes from, so that tests can move it.
pub trait Clock: Send + Sync + 'static {
    /// The current time.
    fn now(&self) -> Timestamp;
}

/// When a message expires: `timestamp + timeout` of its envelope, or never (ISM-008 to ISM-010).
///
/// A timeout of 0 or below means never (D-21); sums saturate. Exactly at the deadline a message is still valid.
///
/// ```
/// use kaa_ism::{Deadline, Timestamp};
///
/// let deadline = Deadline::of(1_000, 500);
/// assert!(!deadline.is_expired(Timestamp(1_500)));
/// assert!(deadline.is_expired(Timestamp(1_501)));
/// assert!(!Deadline::of(0, 0).is_expired(Timestamp(i64::MAX)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Deadline(Option<Timestamp>);

impl Deadline {
    /// No deadline.
    pub const NEVER: Self = Self(None);

    /// The deadline of a message, from its fields `timestamp` and `timeout` (both in milliseconds).
    #[must_use]
    pub fn of(timestamp: i64, timeout: i64) -> Self {
        if timeout <= 0 { Self::NEVER } else { Self(Some(Timestamp(timestamp.saturating_add(timeout)))) }
    }

    /// `after` from `now`.
    #[must_use]
    pub fn after(now: Timestamp, after: Duration) -> Self {
        Self(Some(Timestamp(now.0.saturating_add(millis(after)))))
    }

    /// The last moment, or `None` for never.
    #[must_use]
    pub fn at(&self) -> Option<Timestamp> {
        self.0
    }

    /// Whether it has passed.
    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.0.is_some_and(|at| now > at)
    }

    /// What is left: zero when it has passed, `None` when there is no deadline.
    #[must_use]
    pub fn remaining(&self, now: Timestamp) -> Option<Duration> {
        let at = self.0?;
        Some(Duration::from_millis(u64::try_from(at.0.saturating_sub(now.0)).unwrap_or(0)))
    }

    /// The earlier of two.
    #[must_use]
    pub fn min(self, other: Self) -> Self {
        match (self.0, other.0) {
            (Some(a), Some(b)) => Self(Some(a.min(b))),
            (a, b) => Self(a.or(b)),
        }
    }

    /// The same deadline, later by `tolerance`: for peers whose clocks differ.
    #[must_use]
    pub fn tolerating(self, tolerance: Duration) -> Self {
        Self(self.0.map(|at| Timestamp(at.0.saturating_add(millis(tolerance)))))
    }

    /// The `timeout` field of a message that is created at `now` and has to arrive by this deadline: at least 1, because 0
    /// would mean never; 0 without a deadline.
    #[must_use]
    pub fn timeout_from(&self, now: Timestamp) -> i64 {
        self.0.map_or(0, |at| at.0.saturating_sub(now.0).max(1))
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use kaa_proves::proves;

    use super::*;

    // D-21
    #[proves("ISM-009")]
    #[test]
    fn timeouts_of_zero_and_below_never_expire() {
        for timeout in [0, -1, i64::MIN] {
            assert_eq!(Deadline::of(0, timeout), Deadline::NEVER);
            assert!(!Deadline::of(0, timeout).is_expired(Timestamp(i64::MAX)));
        }
    }

    #[proves("ISM-010")]
    #[test]
    fn sums_saturate() {
        assert!(!Deadline::of(i64::MAX, 1).is_expired(Timestamp(i64::MAX)));
        assert!(Deadline::of(i64::MIN, 1).is_expired(Timestamp(0)));
        assert_eq!(Deadline::of(i64::MIN, 1).remaining(Timestamp(i64::MAX)), Some(Duration::ZERO));
    }

    // D-21
    #[proves("ISM-010")]
    #[test]
    fn the_boundary_itself_is_still_valid() {
        let deadline = Deadline::of(1_000, 1_000);
        assert!(!deadline.is_expired(Timestamp(2_000)));
        assert_eq!(deadline.remaining(Timestamp(1_999)), Some(Duration::from_millis(1)));
        assert!(deadline.is_expired(Timestamp(2_001)));
        assert!(!deadline.tolerating(Duration::from_millis(1)).is_expired(Timestamp(2_001)));
    }

    #[test]
    fn a_passed_deadline_never_becomes_a_timeout_of_zero() {
        assert_eq!(Deadline::of(1, 1).timeout_from(Timestamp(500)), 1);
        assert_eq!(Deadline::NEVER.timeout_from(Timestamp(500)), 0);
        assert_eq!(Deadline::of(0, 800).timeout_from(Timestamp(500)), 300);
    }
}
