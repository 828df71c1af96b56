//! What services of the Kaa IoT platform tell each other about endpoints.
//!
//! - [`ecap`] (16/ECAP): whose is this token?
//! - [`elce`] (9/ELCE): endpoints come, go, are registered and removed.
//! - [`dstp`] (13/DSTP): their data samples.
//! - [`eme`] (15/EME): their metadata.
//! - [`TokenStatus`]: the life of an endpoint token.
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

pub mod dstp;
pub mod ecap;
pub mod elce;
pub mod eme;
mod token_status;

pub use kaa_protocol::{AppVersionName, ApplicationName, EndpointId, EndpointToken, MetadataKey};
pub use token_status::{IllegalTransition, InvalidTokenStatus, Step, TokenStatus};
