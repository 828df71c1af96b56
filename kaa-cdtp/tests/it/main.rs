//! The roles and handles of 6/CDTP on a bus within the process, whose time moves only when nothing else is to be done.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a panic is how a test fails; clippy does not see that helpers here belong to tests"
)]

mod consumer;
mod provider;
mod support;
