//! Calls that wait for their answers.

mod addresses;
mod deadlines;
mod exchange;
mod gathering;
mod given_up;
mod id;
mod no_responders;
mod pending;

pub(crate) use addresses::Addresses;
pub(crate) use exchange::Exchange;
pub(crate) use gathering::gather;
pub(crate) use id::Id;
pub(crate) use pending::{Answered, Entered, Fence, Outcome, Pending, PendingCall, Refused};
