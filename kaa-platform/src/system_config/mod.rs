//! 27/SCMP: configurations of tenants, applications, application versions and endpoints. The repository broadcasts an
//! event; [`SystemConfigListener`] with [`listener`] is the side that hears it.
//!
//! ```
//! use kaa_platform::{
//!     Bus, Context, Fanout, InstanceName, SendError,
//!     system_config::{ConfigLevel, SystemConfigUpdated, listener},
//! };
//!
//! async fn updated(bus: impl Bus, tenant_id: &str, json: String) -> Result<(), SendError> {
//!     bus.broadcast(SystemConfigUpdated::new(tenant_id, "network", ConfigLevel::Tenant, tenant_id, json)).await
//! }
//!
//! // The other side.
//! let role = listener(
//!     InstanceName::parse("configs")?,
//!     Fanout::EveryReplica,
//!     async |level: ConfigLevel, event: SystemConfigUpdated, _context: Context| {
//!         println!("{} of {level} {}", event.config_name, event.config_level_id);
//!         Ok(())
//!     },
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod config_level;
mod listener;
mod system_config_updated;

pub use config_level::{ConfigLevel, InvalidConfigLevel};
pub use listener::{SystemConfigListener, listener};
pub use system_config_updated::SystemConfigUpdated;
