//! What became of the messages of a role.

use crate::{Counter, Metrics};

/// What became of messages.
pub(super) struct Outcomes {
    pub(super) handled: Counter,
    pub(super) refused: Counter,
    pub(super) panicked: Counter,
    pub(super) timed_out: Counter,
    pub(super) cancelled: Counter,
    pub(super) expired: Counter,
    pub(super) malformed: Counter,
    pub(super) undecodable: Counter,
    pub(super) overloaded: Counter,
    pub(super) answered: Counter,
    pub(super) answer_lost: Counter,
    pub(super) not_wanted: Counter,
    pub(super) no_reply_to: Counter,
}

impl Outcomes {
    pub(super) fn new(counters: &Metrics, message: &str) -> Self {
        let outcome = |outcome| counters.counter("kaa_messages_total", &[("message", message), ("outcome", outcome)]);
        let answer = |outcome| counters.counter("kaa_answers_total", &[("message", message), ("outcome", outcome)]);
        Self {
            handled: outcome("handled"),
            refused: outcome("refused"),
            panicked: outcome("panicked"),
            timed_out: outcome("timed-out"),
            cancelled: outcome("cancelled"),
            expired: outcome("expired"),
            malformed: outcome("malformed"),
            undecodable: outcome("undecodable"),
            overloaded: outcome("overloaded"),
            answered: answer("sent"),
            answer_lost: answer("lost"),
            not_wanted: answer("not-wanted"),
            no_reply_to: answer("no-reply-to"),
        }
    }
}
