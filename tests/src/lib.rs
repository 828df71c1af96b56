//! What tests and tools share that need every message of the RFCs: the [`catalog`], its [`judge`], the [`vectors`]
//! that both are held against, and the pages of the [`rfcs`]. Not for use elsewhere; see `tests/`:
//!
//! - `golden`: every message against the vectors in `vectors/`, with `apache-avro` as the judge.
//! - `e2e`: services, devices, nats-server and MQTT clients as they run together, and what happens when one of them
//!   fails.

#[cfg(any(test, doctest))]
pub mod book;
pub mod catalog;
pub mod judge;
pub mod rfcs;
pub mod vectors;

#[doc = include_str!("../../README.md")]
#[cfg(doctest)]
pub struct ReadmeDoctests;
