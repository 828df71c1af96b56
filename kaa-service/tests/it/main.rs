//! Services on a bus within the process: no NATS, and time stands still unless a test moves it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a panic is how a test fails; clippy does not see that helpers here belong to tests"
)]

mod addressing;
mod busy;
mod calls;
mod correlation;
mod decoding;
mod deploy;
mod endings;
mod events;
mod expiry;
mod faults;
mod layers;
mod management;
mod metrics;
mod no_responders;
mod observers;
mod order;
mod outcomes;
mod panics;
mod policy;
mod roles;
mod settings;
mod shutdown;
mod start;
mod support;
mod testkit;
mod traces;
