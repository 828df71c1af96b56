//! What services of the Kaa IoT platform tell each other about the platform.
//!
//! | role | made by | the other side | RFC |
//! |---|---|---|---|
//! | [`service_config::ServiceConfigListener`]: the configuration of services has changed | [`service_config::listener`] | [`service_config::ServiceConfigHandle`] | 17/SCMP |
//! | a listener to the events of [`tle`]: tenants change and go | [`listen`] | [`Bus::broadcast`] | 21/TLE |
//! | [`aip::AutomationExecutor`]: runs automations | [`aip::executor`] | [`aip::AipHandle`] | 23/AIP |
//! | [`amp::AlertStorage`]: keeps alerts | [`amp::storage`] | [`amp::AmpHandle`] | 25/AMP |
//! | [`armp::AssetRepository`]: knows how assets are related | [`armp::repository`] | [`armp::ArmpHandle`] | 26/ARMP |
//! | [`system_config::SystemConfigListener`]: configurations of tenants, applications and endpoints have changed | [`system_config::listener`] | [`Bus::broadcast`] | 27/SCMP |
//!
//! Each handle is put on every [`Bus`] by a trait of its module. The modules show both sides.
//!
//! What a role and its other side need of `kaa-ism` is here too, the same in each crate of roles: [`Bus`], [`Context`],
//! [`Status`], [`Role`]; [`listen`], [`observe`], [`Event`], [`EventFilter`], [`Originator`], [`Fanout`]; [`InstanceName`],
//! [`SendOptions`], [`Retry`]; [`SendError`], [`CallError`], [`RequestError`], [`InvalidSubject`].
//!
//! No I/O happens here; `kaa-service` is the runtime. A storage of alerts, and somebody who raises one:
//!
//! ```
//! use std::sync::{Arc, Mutex};
//!
//! use kaa_platform::{
//!     Context, InstanceName, SendOptions, Status,
//!     amp::{ActivateAlertCommand, Amp as _, storage},
//! };
//! use kaa_service::{MemoryBus, Service, Settings};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let alerts = Arc::new(Mutex::new(Vec::new()));
//! let kept = alerts.clone();
//! let keep = storage(move |command: ActivateAlertCommand, _context: Context| {
//!     let kept = kept.clone();
//!     async move {
//!         kept.lock().map_err(|_| Status::internal("the list is broken"))?.push(command.alert_type);
//!         Ok(())
//!     }
//! });
//! let bus = MemoryBus::new();
//! let storing = Service::new(Settings::new("alerts")?, bus.clone()).serve(keep).start().await?;
//! let rules = Service::new(Settings::new("rules")?, bus).start().await?;
//!
//! let command = ActivateAlertCommand::new("OVERHEAT", "CRITICAL", "ENDPOINT", "ep-1", "acme", "over 110 °C");
//! rules.handle().amp(InstanceName::parse("alerts")?).activate(command, SendOptions::default()).await?;
//! storing.shutdown().await; // after what has been raised
//! assert_eq!(alerts.lock().map(|kept| kept.len()).ok(), Some(1));
//! # Ok(())
//! # }
//! ```

pub mod aip;
pub mod amp;
pub mod armp;
pub mod service_config;
pub mod system_config;
#[cfg(test)]
mod testing;
pub mod tle;

pub use kaa_ism::{
    Bus, CallError, Context, Event, EventFilter, Fanout, InstanceName, InvalidSubject, Originator, RequestError, Retry,
    Role, SendError, SendOptions, listen, observe,
};
pub use kaa_protocol::Status;
