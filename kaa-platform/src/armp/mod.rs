//! 26/ARMP: assets, and how they and other entities are related. Answer requests with [`kaa_ism::respond`]; listen for
//! [`RelationTreeUpdated`] with [`kaa_ism::listen`].

mod relation;
mod relation_get_request;
mod relation_get_response;
mod relation_tree_get_request;
mod relation_tree_get_response;
mod relation_tree_updated;

pub use relation::Relation;
pub use relation_get_request::RelationGetRequest;
pub use relation_get_response::RelationGetResponse;
pub use relation_tree_get_request::RelationTreeGetRequest;
pub use relation_tree_get_response::RelationTreeGetResponse;
pub use relation_tree_updated::RelationTreeUpdated;

/// The relation tree of an entity that has none: an empty JSON object (ARMP-015).
pub const EMPTY_TREE: &str = "{}";
