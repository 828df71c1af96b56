//! Waiting before another attempt.

use std::time::Duration;

const FIRST: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(60);

/// How long to wait after one failure after the other.
#[derive(Debug)]
pub(crate) struct Backoff(Duration);

impl Backoff {
    /// Nothing has failed yet.
    pub(crate) fn new() -> Self {
        Self(FIRST)
    }

    /// The next delay: a random part of the upper half of what doubles with each failure.
    pub(crate) fn next(&mut self) -> Duration {
        let delay = self.0.mul_f64(rand::random_range(0.5..=1.0));
        self.0 = (self.0 * 2).min(LONGEST);
        delay
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_up_to_a_minute_and_differ() {
        let mut backoff = Backoff::new();
        for longest in [500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000] {
            let delay = backoff.next().as_millis();
            assert!((longest / 2..=longest).contains(&delay), "{delay} of {longest}");
        }
    }
}
