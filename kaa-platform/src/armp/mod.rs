//! 26/ARMP: assets, and how they and other entities are related. [`AssetRepository`] with [`repository`] is the side that
//! knows it, [`Armp::armp`] the side that asks. The repository broadcasts a [`RelationTreeUpdated`] for every change
//! (ARMP-016); clients listen.
//!
//! ```
//! use kaa_platform::{
//!     Bus, Context, Fanout, InstanceName, Originator, RequestError, Retry, SendError, SendOptions,
//!     armp::{Armp as _, EMPTY_TREE, Relation, RelationGetRequest, RelationTreeUpdated},
//!     listen,
//! };
//!
//! async fn contents(bus: impl Bus, assets: InstanceName, building: &str) -> Result<Vec<Relation>, RequestError> {
//!     let request = RelationGetRequest::new("acme", "ASSET", building).with_relation_type("CONTAINS");
//!     let options = SendOptions::default().with_retry(Retry::idempotent());
//!     bus.armp(assets).relations(request, options).await
//! }
//! let role = listen(Originator::Any, Fanout::OneReplica, async |event: RelationTreeUpdated, _context: Context| {
//!     println!("{} {}: {}", event.entity_type, event.entity_id, event.relation_tree);
//!     Ok(())
//! });
//!
//! // The other side, besides its role.
//! async fn emptied(bus: impl Bus, building: &str) -> Result<(), SendError> {
//!     bus.broadcast(RelationTreeUpdated::new("acme", "ASSET", building, EMPTY_TREE)).await
//! }
//! ```

mod client;
mod relation;
mod relation_get_request;
mod relation_get_response;
mod relation_tree_get_request;
mod relation_tree_get_response;
mod relation_tree_updated;
mod repository;

pub use client::{Armp, ArmpHandle};
pub use relation::Relation;
pub use relation_get_request::RelationGetRequest;
pub use relation_get_response::RelationGetResponse;
pub use relation_tree_get_request::RelationTreeGetRequest;
pub use relation_tree_get_response::RelationTreeGetResponse;
pub use relation_tree_updated::RelationTreeUpdated;
pub use repository::{AssetRepository, repository};

/// The relation tree of an entity that has none: an empty JSON object (ARMP-015).
pub const EMPTY_TREE: &str = "{}";
