//! 11/CEP, Command Execution Protocol: an endpoint gets commands and reports their results.
//!
//! | [`Resource`] | request | success response, or push |
//! |---|---|---|
//! | `/command/<command type>` | [`CommandRequest`] | [`CommandResponse`] |
//! | `/command` | [`CommandRequest`] | [`AllCommandsResponse`] |
//! | `/result/<command type>` | [`ResultRequest`] | [`ResultResponse`] |
//!
//! An error response is an [`ErrorResponse`](crate::ErrorResponse). A command is known by endpoint, type and id: the
//! same id under two types is two commands (CEP-013, CEP-022).

mod all_commands_response;
mod command_request;
mod command_response;
mod resource;
mod result_request;

pub use all_commands_response::{AllCommandsResponse, TypedCommand};
pub use command_request::CommandRequest;
pub use command_response::{Command, CommandResponse};
pub use resource::Resource;
pub use result_request::{CommandResult, ResultRequest};

/// Answers a [`ResultRequest`] (11/CEP, Result response): the error payload of 1/KP, for success too (CEP-023, decision
/// D-28).
///
/// ```
/// use kaa_protocol::cep::ResultResponse;
///
/// assert_eq!(ResultResponse::new(200, None).to_json(), br#"{"statusCode":200,"reasonPhrase":"OK"}"#);
/// ```
pub type ResultResponse = crate::ErrorResponse;

#[cfg(test)]
mod tests;
