//! Kaa Protocol Communication: the gateway between the devices of a platform and its extension services.

mod core;
mod error;
mod kpc;
mod mqtt;
mod settings;

pub use error::Error;
pub use kpc::{Kpc, RunningKpc};
