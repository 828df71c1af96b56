//! The roles and handles of 4/ESP on a bus within the process, whose time moves only when nothing else is to be done.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a panic is how a test fails; clippy does not see that helpers here belong to tests"
)]

mod one_way;
mod pushes;
mod sessions;
mod support;
mod two_steps;
