//! 21/TLE: the life of tenants. Both messages are events; listen with [`kaa_ism::listen`].

mod unregistered;
mod updated;

pub use unregistered::UnregisteredEvent;
pub use updated::UpdatedEvent;
