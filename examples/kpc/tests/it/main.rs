//! The service as a whole: devices over loopback TCP on one side, a bus within the process on the other.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a panic is how a test fails; clippy does not see that helpers here belong to tests"
)]

mod applications;
mod connection;
mod device;
mod platform;
mod push;
mod raw;
mod request;
mod rfc;
mod routing;
mod session;
mod stay;
mod tekton;
mod token;
