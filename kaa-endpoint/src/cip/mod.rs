//! 12/CIP: commands on their way to endpoints. [`kaa_ism::respond`] makes an agent of a handler; a caller uses
//! [`kaa_ism::Bus::call`].

mod command_invocation_request;
mod command_invocation_result;
#[cfg(test)]
mod tests;

pub use command_invocation_request::CommandInvocationRequest;
pub use command_invocation_result::CommandInvocationResult;
