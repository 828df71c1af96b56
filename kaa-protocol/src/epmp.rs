//! 10/EPMP, Endpoint Metadata Protocol: a client reads and writes the metadata of an endpoint.
//!
//! | [`Resource`] | request | success response |
//! |---|---|---|
//! | `/get` | [`GetRequest`] | [`GetResponse`] |
//! | `/get/keys` | anything, not looked at (EPMP-015, EPMP-016) | [`KeysResponse`] |
//! | `/update` | [`UpdateRequest`], replaces all | zero bytes (EPMP-036) |
//! | `/update/keys` | [`UpdateRequest`], replaces the keys in it | zero bytes (EPMP-042) |
//! | `/delete/keys` | [`DeleteKeysRequest`] | zero bytes (EPMP-047) |
//!
//! An error response is an [`ErrorResponse`](crate::ErrorResponse). A key is a [`MetadataKey`](crate::MetadataKey),
//! case-sensitive (EPMP-008, EPMP-009). A value is any [`Json`](crate::Json), null included: null is a value, not
//! absence (EPMP-011).

mod delete_keys_request;
mod get_request;
mod get_response;
mod keys_response;
mod resource;
mod update_request;

pub use delete_keys_request::DeleteKeysRequest;
pub use get_request::GetRequest;
pub use get_response::GetResponse;
pub use keys_response::KeysResponse;
pub use resource::Resource;
pub use update_request::UpdateRequest;

#[cfg(test)]
mod tests;
