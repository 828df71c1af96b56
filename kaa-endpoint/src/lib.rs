//! What services of the Kaa IoT platform tell each other about endpoints.
//!
//! - [`ecap`] (16/ECAP) and [`cap`] (22/CAP): whose is this token, whose are these credentials?
//! - [`elce`] (9/ELCE): endpoints come, go, are registered and removed.
//! - [`dstp`] (13/DSTP) and [`tstp`] (14/TSTP): their data samples and time series.
//! - [`cip`] (12/CIP): commands for them.
//! - [`eme`] (15/EME) and [`epmmp`] (19/EPMMP): their metadata, when they change and on request.
//! - [`efe`] (18/EFE) and [`efmp`] (20/EFMP): filters that they match, when that changes and on request.
//! - [`eprmp`] (24/EPRMP): their relations.
//!
//! Each of them has messages; whatever is asked has a role for the side that answers, a trait and the function that
//! makes a [`Role`](kaa_ism::Role) of it, and a handle for the side that asks, which a trait puts on every
//! [`Bus`](kaa_ism::Bus). What is only announced needs neither: [`Bus::broadcast`](kaa_ism::Bus::broadcast) and
//! [`listen`](kaa_ism::listen) do it. The modules show both sides.
//!
//! - [`TokenStatus`]: the life of an endpoint token. [`decimal_serial_number`]: how these protocols name certificates.
//!
//! The names of endpoints come from `kaa-protocol`. No I/O happens here; `kaa-service` is the runtime.
//!
//! ```
//! use kaa_endpoint::elce::{ConnectedEvent, DisconnectedEvent};
//! use kaa_ism::{Fanout, Originator, listen};
//!
//! let event = ConnectedEvent::new([("ep-1", "demo-v1")]);
//! assert_eq!(event.endpoints["ep-1"], "demo-v1");
//!
//! let role = listen(Originator::Any, Fanout::OneReplica, async |event: DisconnectedEvent, _context| {
//!     println!("{} endpoints are gone", event.endpoints.len());
//!     Ok(())
//! });
//! # let _ = role;
//! ```

pub mod cap;
pub mod cip;
pub mod dstp;
pub mod ecap;
pub mod efe;
pub mod efmp;
pub mod elce;
pub mod eme;
pub mod epmmp;
pub mod eprmp;
mod serial_number;
mod serve;
#[cfg(test)]
mod testing;
mod token_status;
pub mod tstp;

pub use kaa_protocol::{AppVersionName, ApplicationName, EndpointId, EndpointToken, MetadataKey};
pub use serial_number::decimal_serial_number;
pub use token_status::{IllegalTransition, InvalidTokenStatus, Step, TokenStatus};
