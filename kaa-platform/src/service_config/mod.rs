//! 17/SCMP: the configuration of services has changed. The messages say where, as a [`Scope`], and their subjects how,
//! as an [`UpdateType`]; the configuration itself has to be fetched by other means (SCMP-011). Nothing is acknowledged
//! (SCMP-010).

mod broadcast_configuration_update;
mod scope;
mod service_specific_configuration_update;
mod update_type;

pub use broadcast_configuration_update::BroadcastConfigurationUpdateEvent;
pub use scope::{InvalidScope, Scope};
pub use service_specific_configuration_update::ServiceSpecificConfigurationUpdateEvent;
pub use update_type::{InvalidUpdateType, UpdateType};
