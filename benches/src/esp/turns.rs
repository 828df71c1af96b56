//! Two candidates in turns.

use crate::{esp::cases::Cases, measure::median, report::Bound};

/// Turns of each candidate, first one and then the other first; the median counts.
const ROUNDS: usize = 12;

/// A figure of bare async-nats and of the SDK for each round. The ratio is taken within a round: what else the machine
/// does changes from round to round.
pub(crate) struct Turns(Vec<(f64, f64)>);

/// What the figures of bare async-nats, of the SDK, and their ratio are called.
pub(crate) type Metrics = [&'static str; 3];

impl Turns {
    /// Each candidate gives its figure when it is its turn.
    pub(crate) async fn take(mut bare: impl AsyncFnMut() -> f64, mut sdk: impl AsyncFnMut() -> f64) -> Self {
        let mut rounds = Vec::with_capacity(ROUNDS);
        // A first turn of each warms up and does not count.
        for round in 0..=ROUNDS {
            let pair = if round % 2 == 0 {
                let bare = bare().await;
                (bare, sdk().await)
            } else {
                let sdk = sdk().await;
                (bare().await, sdk)
            };
            if round > 0 {
                rounds.push(pair);
            }
        }
        Self(rounds)
    }

    /// Adds the medians to the report; `bound` is that of the ratio.
    pub(crate) fn report(&self, cases: &mut Cases<'_>, case: &str, metrics: Metrics, bound: Bound) {
        let [bare, sdk, ratio] = metrics;
        cases.report.add(case, bare, self.median(|(bare, _)| bare), Bound::None);
        cases.report.add(case, sdk, self.median(|(_, sdk)| sdk), Bound::None);
        cases.report.add(case, ratio, self.median(|(bare, sdk)| sdk / bare), bound);
    }

    fn median(&self, of: impl Fn((f64, f64)) -> f64) -> f64 {
        median(self.0.iter().copied().map(of).collect())
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use futures::FutureExt as _;

    use super::*;

    #[test]
    fn candidates_change_places_and_the_first_round_does_not_count() {
        let order = RefCell::new(String::new());
        let candidate = |name, figure| {
            let order = &order;
            async move || {
                order.borrow_mut().push(name);
                figure
            }
        };
        let turns = Turns::take(candidate('b', 2.0), candidate('s', 3.0)).now_or_never().unwrap();
        assert!(order.borrow().starts_with("bssbbs"));
        assert_eq!(turns.0, vec![(2.0, 3.0); ROUNDS]);
        assert!((turns.median(|(bare, sdk)| sdk / bare) - 1.5).abs() < 1e-9);
    }
}
