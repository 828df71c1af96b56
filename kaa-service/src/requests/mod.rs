//! Calls that wait for their answers.

mod addresses;
mod deadlines;
mod exchange;
mod no_responders;
mod pending;

pub(crate) use addresses::Addresses;
pub(crate) use exchange::Exchange;
pub(crate) use pending::{Fence, Outcome, Pending, Refused};
