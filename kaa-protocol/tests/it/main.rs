//! Our JSON Schemas against the official ones and against our own types.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a panic is how a test fails; clippy does not see that helpers here belong to tests"
)]

mod agreement;
mod official;
mod parsers;
mod schema;
mod values;
