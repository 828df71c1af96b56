//! Calls that wait for their answers.

mod no_responders;
mod pending;

pub(crate) use pending::{Outcome, Pending, Refused};
