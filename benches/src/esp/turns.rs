//! Three candidates in turns.

use crate::{esp::cases::Cases, measure::median, report::Bound};

/// Turns of each candidate, in one order and then in the other; the median counts.
const ROUNDS: usize = 12;

/// The figures of one round. The ratios are taken within a round: what else the machine does changes from round to round.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Round {
    /// Of async-nats alone.
    bare: f64,
    /// Of a program that is written for this alone, with the same codec.
    by_hand: f64,
    sdk: f64,
}

/// What is measured, as it is called in the report.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Names {
    pub(crate) bare: &'static str,
    pub(crate) by_hand: &'static str,
    pub(crate) sdk: &'static str,
    pub(crate) by_hand_ratio: &'static str,
    pub(crate) ratio: &'static str,
}

/// All rounds.
pub(crate) struct Turns(Vec<Round>);

impl Turns {
    /// Each candidate gives its figure when it is its turn.
    pub(crate) async fn take(
        mut bare: impl AsyncFnMut() -> f64,
        mut by_hand: impl AsyncFnMut() -> f64,
        mut sdk: impl AsyncFnMut() -> f64,
    ) -> Self {
        let mut rounds = Vec::with_capacity(ROUNDS);
        // A first turn of each warms up and does not count.
        for round in 0..=ROUNDS {
            let figures = if round % 2 == 0 {
                Round { bare: bare().await, by_hand: by_hand().await, sdk: sdk().await }
            } else {
                Round { sdk: sdk().await, by_hand: by_hand().await, bare: bare().await }
            };
            if round > 0 {
                rounds.push(figures);
            }
        }
        Self(rounds)
    }

    /// Adds the medians to the report; `bound` is that of the ratio of the SDK to async-nats alone.
    pub(crate) fn report(&self, cases: &mut Cases<'_>, case: &str, names: Names, bound: Bound) {
        let mut add = |name, figure: fn(Round) -> f64, bound| {
            cases.report.add(case, name, median(self.0.iter().copied().map(figure).collect()), bound);
        };
        add(names.bare, |round| round.bare, Bound::None);
        add(names.by_hand, |round| round.by_hand, Bound::None);
        add(names.sdk, |round| round.sdk, Bound::None);
        add(names.by_hand_ratio, |round| round.by_hand / round.bare, Bound::None);
        add(names.ratio, |round| round.sdk / round.bare, bound);
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
        let (bare, by_hand, sdk) = (candidate('b', 2.0), candidate('h', 4.0), candidate('s', 3.0));
        let turns = Turns::take(bare, by_hand, sdk).now_or_never().unwrap();
        assert!(order.borrow().starts_with("bhsshbbhs"));
        assert_eq!(turns.0, vec![Round { bare: 2.0, by_hand: 4.0, sdk: 3.0 }; ROUNDS]);
    }
}
