//! What a service measures that belongs to none of its roles.

use kaa_ism::SendError;

use super::{Counter, Gauge, Metrics};
use crate::{requests::Outcome, transport::Transport};

/// What a service measures that belongs to none of its roles.
#[derive(Debug)]
pub(crate) struct Chassis {
    pub(crate) late_answers: Counter,
    sent: Sent,
    calls: Calls,
    dropped: Counter,
    reconnects: Counter,
    connected: Gauge,
    waiting_calls: Gauge,
}

#[derive(Debug)]
struct Sent {
    sent: Counter,
    disconnected: Counter,
    busy: Counter,
    not_allowed: Counter,
    failed: Counter,
}

#[derive(Debug)]
struct Calls {
    answered: Counter,
    no_responders: Counter,
    timed_out: Counter,
    disconnected: Counter,
    not_allowed: Counter,
}

impl Chassis {
    pub(crate) fn new(metrics: &Metrics) -> Self {
        let sent = |outcome| metrics.counter("kaa_sent_messages_total", &[("outcome", outcome)]);
        let call = |outcome| metrics.counter("kaa_calls_total", &[("outcome", outcome)]);
        // They count from 0 on: a series that begins with its first change would hide it from Prometheus.
        for outcome in ["applied", "refused"] {
            let _ = metrics.counter("kaa_settings_changes_total", &[("source", "file"), ("outcome", outcome)]);
        }
        Self {
            late_answers: metrics.counter("kaa_late_answers_total", &[]),
            sent: Sent {
                sent: sent("sent"),
                disconnected: sent("disconnected"),
                busy: sent("busy"),
                not_allowed: sent("not-allowed"),
                failed: sent("failed"),
            },
            calls: Calls {
                answered: call("answered"),
                no_responders: call("no-responders"),
                timed_out: call("timed-out"),
                disconnected: call("disconnected"),
                not_allowed: call("not-allowed"),
            },
            dropped: metrics.counter("kaa_dropped_messages_total", &[]),
            reconnects: metrics.counter("kaa_reconnects_total", &[]),
            connected: metrics.gauge("kaa_connected", &[]),
            waiting_calls: metrics.gauge("kaa_waiting_calls", &[]),
        }
    }

    /// A message has been handed to the connection, or not.
    pub(crate) fn sent(&self, sent: &Result<(), SendError>) {
        let outcomes = &self.sent;
        let outcome = match sent {
            Ok(()) => &outcomes.sent,
            Err(SendError::Disconnected) => &outcomes.disconnected,
            Err(SendError::Busy) => &outcomes.busy,
            Err(SendError::NotAllowed { .. }) => &outcomes.not_allowed,
            Err(_) => &outcomes.failed,
        };
        outcome.increment();
    }

    /// A call that was sent has ended.
    pub(crate) fn call_ended(&self, outcome: &Outcome) {
        let outcomes = &self.calls;
        let outcome = match outcome {
            Outcome::Answer(..) => &outcomes.answered,
            Outcome::NoResponders => &outcomes.no_responders,
            Outcome::TimedOut => &outcomes.timed_out,
            Outcome::Disconnected => &outcomes.disconnected,
            Outcome::NotAllowed(_) => &outcomes.not_allowed,
        };
        outcome.increment();
    }

    /// Looks at what others know.
    pub(crate) fn refresh(&self, transport: &dyn Transport, waiting_calls: usize) {
        let connection = *transport.connection().borrow();
        self.dropped.raise_to(transport.dropped());
        // What was lost and is not back yet is no reconnect.
        self.reconnects.raise_to(connection.losses.saturating_sub(u64::from(!connection.up)));
        self.connected.set(i64::from(connection.up));
        self.waiting_calls.set(i64::try_from(waiting_calls).unwrap_or(i64::MAX));
    }
}
