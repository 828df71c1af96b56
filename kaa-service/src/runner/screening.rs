//! What every message has to pass before it is handled: it can be read, is no longer than it may be, and is in time.

use std::sync::Arc;

use kaa_ism::{Deadline, Subject, avro::DecodeError};

use super::oddities::Oddities;
use crate::{Counter, core::Core, settings::Policy};

/// Finds what is not to be handled. Odd messages are logged and counted here, what becomes of them by who takes them.
pub(super) struct Screening {
    core: Arc<Core>,
    policy: Policy,
    left_over: Counter,
    oddities: Oddities,
}

/// Why a message is not handled.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unfit {
    #[error("the message cannot be read: {0}")]
    Unreadable(DecodeError),
    #[error("{0} bytes are left over behind the message")]
    TooLong(usize),
    #[error("the message has expired")]
    Expired,
}

impl Screening {
    /// For messages of this name.
    pub(super) fn new(core: Arc<Core>, policy: Policy, message: &str) -> Self {
        let left_over = core.metrics.counter("kaa_left_over_bytes_total", &[("message", message)]);
        Self { core, policy, left_over, oddities: Oddities::default() }
    }

    /// A message could not be read.
    pub(super) fn unreadable(&self, subject: &Subject, error: DecodeError) -> Unfit {
        self.oddities.log_once(subject, &error);
        Unfit::Unreadable(error)
    }

    /// A message could be read, with so many bytes left over behind it. Returns its deadline here, where clocks may differ.
    #[inline]
    pub(super) fn pass(&self, subject: &Subject, left: usize, deadline: Deadline) -> Result<Deadline, Unfit> {
        if left > 0 {
            self.left_over(subject, left)?;
        }
        let deadline = deadline.tolerating(self.policy.clock_skew);
        if self.core.is_past(deadline) { Err(Unfit::Expired) } else { Ok(deadline) }
    }

    fn left_over(&self, subject: &Subject, left: usize) -> Result<(), Unfit> {
        self.left_over.add(u64::try_from(left).unwrap_or(u64::MAX));
        let too_long = Unfit::TooLong(left);
        self.oddities.log_once(subject, &too_long);
        if self.policy.refuse_left_over { Err(too_long) } else { Ok(()) }
    }
}
