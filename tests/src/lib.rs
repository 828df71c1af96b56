//! Tests that need more than one crate of the workspace. Nothing here is for use; see `tests/`:
//!
//! - `golden`: every message against the vectors in `vectors/`, with `apache-avro` as the judge.
//! - `e2e`: services, devices, nats-server and MQTT clients as they run together, and what happens when one of them fails.

#[doc = include_str!("../../README.md")]
#[cfg(doctest)]
pub struct ReadmeDoctests;
