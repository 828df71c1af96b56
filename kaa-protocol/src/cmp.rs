//! 7/CMP, Configuration Management Protocol: an endpoint gets its configurations and reports which it has applied.
//!
//! | [`Resource`] | request | success response, or push |
//! |---|---|---|
//! | `/config/json[/<config name>]` | [`ConfigRequest`] | [`ConfigResponse`] |
//! | `/applied/json[/<config name>]` | [`AppliedRequest`] | zero bytes (CMP-037) |
//!
//! An error response is an [`ErrorResponse`](crate::ErrorResponse). A configuration has an id, of which a client
//! assumes nothing (CMP-002), and a body, which may be any JSON value (CMP-027). What an endpoint has when none is
//! assigned to it is [`ConfigResponse::UNASSIGNED`].

mod applied_request;
mod config_request;
mod config_response;
mod resource;

pub use applied_request::AppliedRequest;
pub use config_request::ConfigRequest;
pub use config_response::ConfigResponse;
pub use resource::Resource;

#[cfg(test)]
mod tests;
