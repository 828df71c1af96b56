//! 17/SCMP: the configuration of services has changed. [`ServiceConfig::service_config`] is the side that changes it,
//! [`ServiceConfigListener`] with [`listener`] the side that is told. The messages say where, as a [`Scope`], and their
//! subjects how, as an [`UpdateType`], together a [`Change`]; the configuration itself has to be fetched by other means
//! (SCMP-011). Nothing is acknowledged (SCMP-010).
//!
//! ```
//! use kaa_platform::{
//!     Bus, Context, InstanceName, SendError, SendOptions,
//!     service_config::{Change, Scope, ServiceConfig as _, UpdateType, listener},
//! };
//!
//! async fn removed(bus: impl Bus, tenant_id: String) -> Result<(), SendError> {
//!     bus.service_config().announce(Change::delete(Scope::Tenant { tenant_id }), SendOptions::default()).await
//! }
//!
//! // The other side.
//! let role = listener(InstanceName::parse("kpc")?, async |change: Change, _context: Context| {
//!     match change.update_type {
//!         UpdateType::Upsert => println!("fetch {:?} again", change.scope),
//!         UpdateType::Delete => println!("forget {:?}", change.scope),
//!     }
//!     Ok(())
//! });
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod broadcast_configuration_update;
mod change;
mod listener;
mod provider;
mod scope;
mod service_specific_configuration_update;
mod update_type;

pub use broadcast_configuration_update::BroadcastConfigurationUpdateEvent;
pub use change::Change;
pub use listener::{ServiceConfigListener, listener};
pub use provider::{AnnounceError, ServiceConfig, ServiceConfigHandle};
pub use scope::{InvalidScope, Scope};
pub use service_specific_configuration_update::ServiceSpecificConfigurationUpdateEvent;
pub use update_type::{InvalidUpdateType, UpdateType};
