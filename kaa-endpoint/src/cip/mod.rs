//! 12/CIP: commands on their way to endpoints. [`CommandAgent`] with [`agent`] is the side that has them executed,
//! [`Cip::cip`] the side that sends them.
//!
//! ```
//! use kaa_endpoint::{
//!     Bus, InstanceName, RequestError, Retry, SendOptions, Status,
//!     cip::{Cip as _, CommandInvocationRequest, CommandOutcome, agent},
//! };
//!
//! let role = agent(async |command: CommandInvocationRequest, _context| match command.endpoint_id.as_str() {
//!     "ep-1" => Ok(CommandOutcome::new("kettle-v1").with_payload(r#"{"boiling":true}"#)),
//!     _ => Err(Status::not_found("no such endpoint")),
//! });
//!
//! async fn boil(bus: impl Bus, cex: InstanceName) -> Result<CommandOutcome, RequestError> {
//!     let command = CommandInvocationRequest::new("ep-1", "boil", 42).with_payload("{}");
//!     bus.cip(cex).invoke(command, SendOptions::default().with_retry(Retry::idempotent())).await
//! }
//! ```

mod agent;
mod caller;
mod command_invocation_request;
mod command_invocation_result;
mod command_outcome;
mod executions;
#[cfg(test)]
mod tests;

pub use agent::{AgentRole, CommandAgent, agent};
pub use caller::{Cip, CipHandle};
pub use command_invocation_request::CommandInvocationRequest;
pub use command_invocation_result::CommandInvocationResult;
pub use command_outcome::CommandOutcome;
