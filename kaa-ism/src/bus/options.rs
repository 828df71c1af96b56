//! How to send.

use std::time::Duration;

use super::CallError;
use crate::{Context, Deadline};

/// How to send.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct SendOptions {
    /// How long a message is valid, or a call may take. `None`: messages never expire, calls take the default of the runtime.
    pub timeout: Option<Duration>,
    /// What is under way already: a message does not outlast it.
    pub deadline: Deadline,
    /// The correlation id of the cause. `None`: a new one.
    pub correlation_id: Option<String>,
    /// Whether a call that failed is tried again, within its deadline. `None`: not.
    pub retry: Option<Retry>,
}

impl SendOptions {
    /// Sends within the handling of a message: nothing outlasts its deadline.
    #[must_use]
    pub fn within(context: &Context) -> Self {
        Self { deadline: context.deadline, ..Self::default() }
    }

    /// With a timeout.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// With the correlation id of the cause (ISM-011).
    #[must_use]
    pub fn with_correlation_id(mut self, correlation_id: impl Into<String>) -> Self {
        self.correlation_id = Some(correlation_id.into());
        self
    }

    /// With further tries of a call that fails.
    #[must_use]
    pub fn with_retry(mut self, retry: Retry) -> Self {
        self.retry = Some(retry);
        self
    }
}

/// When a failed call is tried again, and after how long.
///
/// All tries are the same message with the same correlation id, so the answer to an earlier one is good too; they end with the
/// deadline of the call. The delays double, and each is taken at random between half of it and all of it, so that callers that
/// failed together do not come back together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    tries: u32,
    first_ms: u32,
    longest_ms: u32,
    is_idempotent: bool,
}

impl Retry {
    /// For requests that may be handled more than once: tried again also if the answer did not come or the connection was lost.
    /// Five tries, delays from 50 ms to 1 s.
    #[must_use]
    pub const fn idempotent() -> Self {
        Self { tries: 5, first_ms: 50, longest_ms: 1000, is_idempotent: true }
    }

    /// For requests that must not be handled twice: tried again only if they have not been handled for certain
    /// ([`CallError::is_retryable`]). Five tries, delays from 50 ms to 1 s.
    #[must_use]
    pub const fn safe() -> Self {
        Self { is_idempotent: false, ..Self::idempotent() }
    }

    /// With another number of tries in all, at least 1.
    #[must_use]
    pub fn with_tries(mut self, tries: u32) -> Self {
        self.tries = tries.max(1);
        self
    }

    /// With other delays, in whole milliseconds.
    #[must_use]
    pub fn with_delays(mut self, first: Duration, longest: Duration) -> Self {
        let milliseconds = |delay: Duration| u32::try_from(delay.as_millis()).unwrap_or(u32::MAX);
        (self.first_ms, self.longest_ms) = (milliseconds(first), milliseconds(longest));
        self
    }

    /// How long to wait before the next try after `tries` of them, the last of which ended with `error`; `None`: give up.
    /// `random` is a number from 0 to 1.
    #[must_use]
    pub fn delay(&self, tries: u32, error: &CallError, random: f64) -> Option<Duration> {
        let is_unknown = matches!(error, CallError::Disconnected | CallError::Timeout { .. });
        let is_worth_it = error.is_retryable() || (self.is_idempotent && is_unknown);
        if tries >= self.tries || !is_worth_it {
            return None;
        }
        let doubled = u64::from(self.first_ms) << tries.saturating_sub(1).min(31);
        let delay = Duration::from_millis(doubled.min(u64::from(self.longest_ms)));
        Some(delay.mul_f64(0.5 + random.clamp(0.0, 1.0) / 2.0))
    }

    /// How long one try waits for its answer, of a call that may take `within`, so that the next one has time.
    #[must_use]
    pub fn patience(&self, within: Duration) -> Duration {
        if self.is_idempotent { within / self.tries } else { within }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_up_to_the_longest_and_are_spread() {
        let retry = Retry::idempotent().with_tries(8);
        let delays = |random| (1..9).map(move |tries| retry.delay(tries, &CallError::Disconnected, random));
        let milliseconds = |delay: Option<Duration>| delay.map(|delay| delay.as_millis());
        let longest: Vec<_> = delays(1.0).map(milliseconds).collect();
        assert_eq!(longest, [Some(50), Some(100), Some(200), Some(400), Some(800), Some(1000), Some(1000), None]);
        let shortest: Vec<_> = delays(0.0).map(milliseconds).collect();
        assert_eq!(shortest, [Some(25), Some(50), Some(100), Some(200), Some(400), Some(500), Some(500), None]);
        assert_eq!(Retry::safe().with_tries(0).delay(1, &CallError::Overloaded { waiting: 1 }, 0.5), None);
    }

    #[test]
    fn only_idempotent_requests_are_tried_again_when_they_may_have_been_handled() {
        let (unknown, not_handled) = (CallError::Disconnected, CallError::Overloaded { waiting: 1 });
        assert!(Retry::safe().delay(1, &not_handled, 0.5).is_some());
        assert!(Retry::safe().delay(1, &unknown, 0.5).is_none());
        assert!(Retry::idempotent().delay(1, &unknown, 0.5).is_some());
        let too_large = CallError::NotSent(crate::SendError::TooLarge { size: 2, limit: 1 });
        assert!(Retry::idempotent().delay(1, &too_large, 0.5).is_none());
        assert_eq!(Retry::idempotent().patience(Duration::from_secs(5)), Duration::from_secs(1));
        assert_eq!(Retry::safe().patience(Duration::from_secs(5)), Duration::from_secs(5));
    }
}
