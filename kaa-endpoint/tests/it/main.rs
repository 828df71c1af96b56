//! Both sides of each protocol, on a bus within the process: no NATS, and time stands still unless all wait.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a panic is how a test fails; clippy does not see that helpers here belong to tests"
)]

mod cap;
mod cip;
mod dstp;
mod ecap;
mod efmp;
mod epmmp;
mod eprmp;
mod events;
mod support;
mod tstp;
