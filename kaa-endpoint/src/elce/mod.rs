//! 9/ELCE: endpoint lifecycle, connectivity and traffic. All of them are events: publish with
//! [`Bus::broadcast`](kaa_ism::Bus::broadcast), listen with [`listen`](crate::listen).
//!
//! ```
//! use kaa_endpoint::{
//!     Bus, Fanout, Originator, SendError,
//!     elce::{ConnectedEvent, DisconnectedEvent},
//!     listen,
//! };
//!
//! // When a client with several endpoints goes, one event lists all of them (ELCE-008).
//! async fn gone(bus: impl Bus) -> Result<(), SendError> {
//!     bus.broadcast(DisconnectedEvent::new([("gateway-1", "gateway-v2"), ("sensor-1", "sensor-v1")])).await
//! }
//!
//! let role = listen(Originator::Any, Fanout::OneReplica, async |event: ConnectedEvent, _context| {
//!     for (endpoint_id, app_version_name) in &event.endpoints {
//!         println!("{endpoint_id} of {app_version_name} is there");
//!     }
//!     Ok(())
//! });
//! ```

mod app_version_updated;
mod before_2023_11;
mod connected;
mod disconnected;
mod registered;
#[cfg(test)]
mod tests;
mod traffic_report;
mod unregistered;

pub use app_version_updated::AppVersionUpdatedEvent;
pub use connected::ConnectedEvent;
pub use disconnected::DisconnectedEvent;
pub use registered::RegisteredEvent;
pub use traffic_report::{TrafficReportEvent, TrafficStat};
pub use unregistered::UnregisteredEvent;
