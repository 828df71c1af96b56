//! The chassis of a Kaa service: everything around the roles.
//!
//! [`Service`] takes [`Settings`], a [`Transport`] and roles; it subscribes, decodes, keeps order and bounds, answers what
//! handlers do not, and shuts down gracefully. [`ServiceHandle`] sends. [`Management`] tells an
//! operator how it goes. [`MemoryBus`] is a bus within the process; NATS is in `kaa-nats`. With
//! the feature `test-kit` there is `testkit`, for tests of services.
//!
//! # What becomes of a message
//!
//! Every message that arrives is counted exactly once in `kaa_messages_total{message, outcome}`:
//!
//! | outcome | what happened | answer |
//! |---|---|---|
//! | `handled` | the handler succeeded | its answer |
//! | `refused` | the handler returned a status | that status |
//! | `panicked` | the handler panicked | 500 |
//! | `timed-out` | the handler outlasted the deadline of the message, or 30 s | 504 |
//! | `cancelled` | the service shut down before the handler was ready | 503 |
//! | `overloaded` | too many messages were waiting | 503 |
//! | `expired` | the deadline had passed before handling began | none |
//! | `malformed` | the bytes are no such message, but have its correlation id and a replyTo | 400 |
//! | `undecodable` | the bytes are no such message | none |
//!
//! and the answer of one that reached a handler, or was refused for overload or as malformed, in `kaa_answers_total{message, outcome}`:
//! `sent`, `lost` (no connection, or one that is too busy), `not-wanted` (it has a replyTo, but the
//! protocol knows no answer for it), `no-reply-to` (it asks for none, as events do). What is sent to this replica and reaches no role is counted in `kaa_replica_messages_total{outcome}` and
//! `kaa_late_answers_total` instead. All that is counted and measured is in [`metrics`].
//!
//! What the connection had to drop because a subscription was too slow is in `kaa_dropped_messages_total` (for all services on
//! the connection together, and a lower bound with NATS).

mod clock;
mod core;
mod error;
mod handle;
pub mod http;
mod management;
mod memory;
pub mod metrics;
mod requests;
mod runner;
mod running;
mod service;
mod settings;
mod signal;
#[cfg(feature = "test-kit")]
pub mod testkit;
pub mod trace;
pub mod transport;

pub use clock::SystemClock;
pub use error::{Error, ErrorKind};
pub use handle::ServiceHandle;
pub use management::{Management, ManagementServer, NotReady, Page};
pub use memory::{FaultControl, FaultCounts, Faults, MemoryBus};
pub use metrics::{Counter, Gauge, Histogram, Metrics};
pub use runner::Limits;
pub use running::RunningService;
pub use service::Service;
pub use settings::{Applications, FollowedFile, LiveSettings, Settings, UnknownKey};
pub use signal::terminated;
pub use transport::Transport;
