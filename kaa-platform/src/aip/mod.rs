//! 23/AIP: run an automation. An event; listen with [`kaa_ism::listen`].

mod automation_invocation;

pub use automation_invocation::{AutomationInvocation, automation_type};
