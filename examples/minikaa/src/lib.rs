//! A Kaa platform in one process: [`kpc`], [`epr`], [`cm`] and [`dcx`] on a bus within the process or on NATS, and an
//! [`Observer`] that counts their events.

mod observer;
mod options;
mod platform;
mod provision;

pub use observer::Observer;
pub use options::Options;
pub use platform::{Platform, RunningPlatform};
