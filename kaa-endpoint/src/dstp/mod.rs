//! 13/DSTP: data samples on their way to whoever processes them, and what became of them. [`Dstp::dstp`] is the side
//! that transmits them, [`receiver`] makes the role of who processes them.
//!
//! ```
//! use kaa_endpoint::{
//!     Bus, InstanceName, Originator, SendOptions, Status,
//!     dstp::{DataSamplesEvent, Dstp as _, receiver},
//! };
//!
//! let role = receiver(Originator::Any, async |event: DataSamplesEvent, _context| {
//!     println!("{} samples of {}", event.data_samples.len(), event.endpoint_id);
//!     Ok(())
//! });
//!
//! // The other side, with one receiver that has to have them before the device is answered.
//! async fn hand_on(bus: impl Bus, storage: InstanceName) -> Result<(), Status> {
//!     let event = DataSamplesEvent::new("kettle-v1", "ep-1", [r#"{"temperature":21}"#]);
//!     bus.dstp().transmit_reliably(event, &[storage], SendOptions::default()).await?.into_result()
//! }
//! ```

mod data_samples_event;
mod data_samples_processed;
mod receipt;
mod receiver;
#[cfg(test)]
mod tests;
mod transmitter;

pub use data_samples_event::{DataSamplesEvent, DataSamplesEventRef};
pub use data_samples_processed::DataSamplesProcessed;
pub use receipt::Receipt;
pub use receiver::receiver;
pub use transmitter::{Dstp, DstpHandle};
