//! Serving handlers.

mod handling;
mod job;
mod lanes;
mod outcomes;
mod replica;
mod route;

pub use lanes::Limits;
pub(crate) use replica::{REPLICA_QUEUE, ReplicaRole, serve_refusals, serve_replica};
pub(crate) use route::{Inbox, Route, Stop, Typed};
