//! What became of everything that a service got.

use std::{collections::BTreeMap, fmt};

use super::tap::Passed;
use crate::Metrics;

pub(super) const MESSAGES: &str = "kaa_messages_total";
const ANSWERS: &str = "kaa_answers_total";

/// Those of [`MESSAGES`].
pub(super) const OUTCOMES: [&str; 9] =
    ["handled", "refused", "panicked", "timed-out", "cancelled", "overloaded", "expired", "malformed", "undecodable"];

/// Those of [`ANSWERS`].
const OF_ANSWERS: [&str; 4] = ["sent", "lost", "not-wanted", "no-reply-to"];

/// Makes sure that there is such an outcome: of another one there would be 0 messages, whatever happens.
#[track_caller]
pub(super) fn check(outcome: &str, outcomes: &[&str]) {
    assert!(outcomes.contains(&outcome), "there is no outcome {outcome:?}, expected one of: {}", outcomes.join(", "));
}

/// What became of everything that a service got, from [`TestService::finish`](super::TestService::finish): what passed
/// on its connection beside what it has counted itself.
///
/// Nothing was lost in silence if every message for a role is counted under an outcome, and every request (a message
/// with a replyTo) was answered or is counted under a reason why not.
#[derive(Clone, Debug)]
pub struct Accounting {
    passed: Passed,
    outcomes: Counts,
    answers: Counts,
}

/// How many there are of each outcome that there is.
type Counts = BTreeMap<String, u64>;

impl Accounting {
    pub(super) fn new(passed: Passed, metrics: &Metrics) -> Self {
        let metrics = metrics.render();
        Self { passed, outcomes: counts(&metrics, MESSAGES), answers: counts(&metrics, ANSWERS) }
    }

    /// Messages that the bus has delivered for its roles; those sent to its replica alone not among them.
    #[must_use]
    pub fn received(&self) -> u64 {
        self.passed.received
    }

    /// Those of them that have a replyTo.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.passed.requests
    }

    /// Messages that have been published to a replyTo of these requests.
    #[must_use]
    pub fn answers(&self) -> u64 {
        self.passed.answers
    }

    /// How many messages the service has counted under an [outcome](crate) of `kaa_messages_total` or
    /// `kaa_answers_total`, for example `handled` or `no-reply-to`.
    ///
    /// # Panics
    ///
    /// If there is no such outcome.
    #[must_use]
    #[track_caller]
    pub fn counted(&self, outcome: &str) -> u64 {
        check(outcome, &[&OUTCOMES[..], &OF_ANSWERS].concat());
        self.outcomes.get(outcome).or_else(|| self.answers.get(outcome)).copied().unwrap_or_default()
    }

    /// How many messages the service has counted under any outcome.
    #[must_use]
    pub fn accounted(&self) -> u64 {
        self.outcomes.values().sum()
    }

    /// Whether nothing was lost in silence. Messages sent to the replica alone pass among answers: one more or less of
    /// them is not seen.
    #[must_use]
    pub fn is_balanced(&self) -> bool {
        let Passed { received, requests, to_replica, answers } = self.passed;
        let reached = self.counted("sent") + self.counted("lost") + self.counted("not-wanted");
        let accounted = self.accounted();
        received <= accounted
            && accounted <= received + to_replica
            && reached <= requests + to_replica
            && requests <= reached + self.counted("expired") + self.counted("undecodable")
            && (to_replica > 0 || self.counted("sent") <= answers)
    }
}

/// One line, for example `5 received, 4 requests, 4 answers; handled 5; no-reply-to 1, sent 4`.
impl fmt::Display for Accounting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |counts: &Counts| {
            counts.iter().map(|(outcome, count)| format!("{outcome} {count}")).collect::<Vec<_>>().join(", ")
        };
        let Passed { received, requests, answers, .. } = self.passed;
        let (outcomes, counted) = (list(&self.outcomes), list(&self.answers));
        write!(f, "{received} received, {requests} requests, {answers} answers; {outcomes}; {counted}")
    }
}

/// All that is counted of a metric by `outcome`, whatever outcomes there are.
fn counts(metrics: &str, name: &str) -> Counts {
    let mut counts = Counts::new();
    for line in metrics.lines().filter_map(|line| line.strip_prefix(name)) {
        let Some((labels, count)) = line.rsplit_once("} ") else { continue };
        let outcome = labels.split("outcome=\"").nth(1).and_then(|rest| rest.split('"').next());
        match (outcome, count.parse::<u64>()) {
            (Some(outcome), Ok(count)) if count > 0 => *counts.entry(outcome.to_owned()).or_default() += count,
            _ => {}
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accounting(passed: [u64; 4], outcomes: &[(&'static str, &str, u64)]) -> Accounting {
        let [received, requests, to_replica, answers] = passed;
        let metrics = Metrics::new();
        for (name, outcome, count) in outcomes {
            metrics.counter(name, &[("message", "M"), ("outcome", outcome)]).add(*count);
        }
        Accounting::new(Passed { received, requests, to_replica, answers }, &metrics)
    }

    #[test]
    fn what_is_answered_or_counted_is_not_lost() {
        let outcomes =
            [(MESSAGES, "handled", 4), (MESSAGES, "expired", 1), (ANSWERS, "sent", 3), (ANSWERS, "no-reply-to", 1)];
        let accounting = accounting([5, 4, 0, 3], &outcomes);
        assert!(accounting.is_balanced());
        assert_eq!(
            accounting.to_string(),
            "5 received, 4 requests, 3 answers; expired 1, handled 4; no-reply-to 1, sent 3"
        );
    }

    #[test]
    fn what_is_not_counted_is_lost() {
        let handled = (MESSAGES, "handled", 2);
        assert!(!accounting([3, 0, 0, 0], &[handled]).is_balanced(), "a message");
        assert!(!accounting([2, 2, 0, 1], &[handled, (ANSWERS, "sent", 1)]).is_balanced(), "an answer");
        assert!(!accounting([2, 2, 0, 1], &[handled, (ANSWERS, "sent", 2)]).is_balanced(), "an answer that never left");
        assert!(!accounting([1, 1, 0, 2], &[handled, (ANSWERS, "sent", 2)]).is_balanced(), "counted twice");
        assert!(accounting([2, 2, 0, 2], &[handled, (ANSWERS, "sent", 2)]).is_balanced());
    }
}
