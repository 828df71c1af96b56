//! What ties together the messages that one cause has led to.
//!
//! Two things do. The correlation id is Kaa's own and in every message; the `tracing` span around handling carries it. A
//! [`TraceContext`] is what tools for distributed tracing follow; it is in the headers of a message, if its sender put one
//! there, and goes on with everything that is sent while the message is handled.
//!
//! # The span
//!
//! A handler runs in the span `handle`, of the level `debug` and the target `kaa_service::handle`:
//!
//! | field | what it is |
//! |---|---|
//! | `message_type` | the name of the message type |
//! | `subject` | where it was published |
//! | `correlation_id` | its correlation id |
//! | `endpoint_id` | what its handler keeps messages in order by, if anything: the endpoint id in all roles of Kaa's protocols |
//! | `trace_id` | of its trace context, if it has one |
//!
//! While nobody wants spans of this level, none is made and none of this is looked at.
//!
//! # What it costs
//!
//! The trace context of what is being handled is kept beside the thread, and only while a handler with one is polled. So a
//! message without costs a comparison, sending one a look at a thread-local, and no caller has to hand it on. What a handler
//! spawns is on its own: [`TraceContext::scope`] takes it along.

mod context;
mod scope;
mod within;

pub use context::{InvalidTraceContext, TraceContext};
pub use scope::Scope;
pub(crate) use scope::inherit;
pub(crate) use within::Surroundings;

#[cfg(test)]
mod tests;
