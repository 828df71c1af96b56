//! Calls that wait for their answers.

mod addresses;
mod deadlines;
mod exchange;
mod gathering;
mod no_responders;
mod pending;

pub(crate) use addresses::Addresses;
pub(crate) use exchange::Exchange;
pub(crate) use gathering::gather;
pub(crate) use pending::{Answered, Fence, Outcome, Pending, Refused};
