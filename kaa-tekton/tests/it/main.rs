//! A service on a bus within the process, and a Tekton of a few lines behind a real socket.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a panic is how a test fails; clippy does not see that helpers here belong to tests"
)]

mod changes;
mod failures;
mod messages;
mod settings;
mod support;
