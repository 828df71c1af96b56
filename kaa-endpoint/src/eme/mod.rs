//! 15/EME: endpoint metadata. An event: publish it with [`Bus::broadcast`](kaa_ism::Bus::broadcast), listen with
//! [`listen`](crate::listen).
//!
//! ```
//! use kaa_endpoint::{Bus, Fanout, Originator, SendError, eme::MetadataUpdatedEvent, listen};
//!
//! // Values are JSON text: strings are in quotes (D-29).
//! async fn named(bus: impl Bus) -> Result<(), SendError> {
//!     let name = ("name", Some(r#""kettle""#.to_owned()));
//!     bus.broadcast(MetadataUpdatedEvent::new("kettle-v1", "ep-1").with_added([name])).await
//! }
//!
//! let role = listen(Originator::Any, Fanout::OneReplica, async |event: MetadataUpdatedEvent, _context| {
//!     println!("{} has {} new keys", event.endpoint_id, event.added.len());
//!     Ok(())
//! });
//! ```

mod metadata_updated;

pub use metadata_updated::{MetadataKeyUpdatedDto, MetadataUpdatedEvent};
