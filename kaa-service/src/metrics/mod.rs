//! What a service measures.
//!
//! The names in this table and their labels are stable: dashboards and alert rules may rely on them. Where one process runs
//! several services, [`Management`](crate::Management) adds the label `service`, the name of the instance.
#![doc = ""]
#![doc = include_str!("table.md")]
//!
//! `message` is the name of a message type, so there are as many values as the service has types of messages; roles with
//! the same one add up. `outcome` is one of
//!
//! | name | values of `outcome` |
//! |---|---|
//! | `kaa_messages_total`, `kaa_answers_total` | those in the documentation of the crate |
//! | `kaa_replica_messages_total` | `overloaded` (its role has too much to do), `unknown` (no message) |
//! | `kaa_sent_messages_total` | `sent`, `disconnected`, `busy` (the connection did not take it in time), `not-allowed` (no permission), `failed` (larger than the bus takes, for example) |
//! | `kaa_calls_total` | `answered`, `no-responders`, `timed-out`, `disconnected`, `not-allowed` (no permission) |
//! | `kaa_settings_changes_total` | `applied`, `refused` (not valid: the old ones stay); `source` is `file` or the name of another source |
//!
//! Times are in seconds, and are measured once somebody looks: see [`ServiceHandle::metrics`](crate::ServiceHandle::metrics). The buckets of all histograms are those of [`Histogram::BUCKETS`]. Counting, and observing a time,
//! takes no lock and no memory.

mod chassis;
mod counter;
mod gauge;
mod histogram;
mod labels;
mod registry;
mod render;
mod role;
mod table;

pub(crate) use chassis::Chassis;
pub use counter::Counter;
pub use gauge::Gauge;
pub use histogram::Histogram;
pub(crate) use labels::text as label_text;
pub use registry::Metrics;
pub(crate) use render::render_all;
pub(crate) use role::{Levels, Times};

#[cfg(test)]
mod tests;
