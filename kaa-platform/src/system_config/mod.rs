//! 27/SCMP: configurations of tenants, applications, application versions and endpoints. An event; listen with
//! [`kaa_ism::listen`].

mod config_level;
mod system_config_updated;

pub use config_level::{ConfigLevel, InvalidConfigLevel};
pub use system_config_updated::SystemConfigUpdated;
