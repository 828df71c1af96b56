//! Every message of ours against the golden vectors and `apache-avro`; then against whatever bytes a peer may send.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a panic is how a test fails; clippy does not see that helpers here belong to tests"
)]

mod borrowed;
mod codec;
mod evolution;
mod fields;
mod fingerprints;
mod malformed;
mod mutations;
mod properties;
mod random;
mod revisions;
mod runner;
mod schemas;
mod texts;
mod vectors;
