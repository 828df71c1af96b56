//! The derives and the codec, on types of our own.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a panic is how a test fails; clippy does not see that helpers here belong to tests"
)]

mod blocks;
mod borrowed;
mod compile_fail;
mod constructors;
mod errors;
mod judge;
mod kinds;
mod nesting;
mod records;
mod responses;
mod revisions;
mod sample;
mod schema;
mod unions;
