//! Serving handlers.

mod handling;
mod intake;
mod job;
mod jobs;
mod lanes;
mod looks;
mod oddities;
mod outcomes;
mod replica;
mod route;
mod screening;
mod telling;

pub use lanes::Limits;
pub(crate) use replica::{REPLICA_QUEUE, ReplicaRole, serve_refusals, serve_replica};
pub(crate) use route::{Inbox, Route, Seen, Stop, Typed};
