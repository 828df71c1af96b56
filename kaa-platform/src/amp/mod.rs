//! 25/AMP: alerts.

mod activate_alert_command;

pub use activate_alert_command::ActivateAlertCommand;
