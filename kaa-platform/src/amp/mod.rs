//! 25/AMP: alerts. [`Amp::amp`] is the side that raises them, [`AlertStorage`] with [`storage`] the side that keeps
//! them.
//!
//! ```
//! use kaa_platform::{
//!     Bus, Context, InstanceName, SendError, SendOptions,
//!     amp::{ActivateAlertCommand, Amp as _, storage},
//! };
//!
//! async fn overheated(bus: impl Bus, alerts: InstanceName, endpoint_id: &str) -> Result<(), SendError> {
//!     let command = ActivateAlertCommand::new("OVERHEAT", "CRITICAL", "ENDPOINT", endpoint_id, "acme", "over 110 °C");
//!     bus.amp(alerts).activate(command, SendOptions::default()).await
//! }
//!
//! // The other side.
//! let role = storage(async |command: ActivateAlertCommand, _context: Context| {
//!     println!("{} of {}", command.alert_type, command.entity_id);
//!     Ok(())
//! });
//! ```

mod activate_alert_command;
mod client;
mod storage;

pub use activate_alert_command::ActivateAlertCommand;
pub use client::{Amp, AmpHandle};
pub use storage::{AlertStorage, storage};
