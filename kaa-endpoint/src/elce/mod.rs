//! 9/ELCE: endpoint lifecycle, connectivity and traffic. All of them are events; listen with [`kaa_ism::listen`].

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
