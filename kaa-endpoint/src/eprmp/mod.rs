//! 24/EPRMP: how endpoints are related. [`RelationRepository`] with [`repository`] is the side that knows it,
//! [`Eprmp::eprmp`] the side that asks. Delivery is not guaranteed: a management client gives its requests a timeout
//! and repeats them where needed (EPRMP-013), see [`SendOptions::with_retry`](kaa_ism::SendOptions::with_retry).
//!
//! ```
//! use kaa_endpoint::{
//!     Bus, Fanout, InstanceName, Originator, RequestError, Retry, SendError, SendOptions,
//!     eprmp::{EndpointRelationsGetRequest, EndpointRelationsUpdated, Eprmp as _, RelationDirection, repository},
//!     listen,
//! };
//!
//! let role = repository(async |request: EndpointRelationsGetRequest, _context| {
//!     Ok(match (request.relation_type(), request.direction()) {
//!         ("contains", RelationDirection::Outbound) => vec!["sensor-1".to_owned(), "sensor-2".to_owned()],
//!         _ => Vec::new(),
//!     })
//! });
//! async fn announce(bus: impl Bus) -> Result<(), SendError> {
//!     bus.broadcast(EndpointRelationsUpdated::new().with_endpoint_ids(["gateway-1", "sensor-1"])).await
//! }
//!
//! // The other side: ask, and hear of changes.
//! async fn contained(bus: impl Bus, epr: InstanceName, gateway: &str) -> Result<Vec<String>, RequestError> {
//!     let options = SendOptions::default().with_retry(Retry::idempotent());
//!     bus.eprmp(epr).related(gateway, "contains", options).await
//! }
//! let role = listen(Originator::Any, Fanout::OneReplica, async |event: EndpointRelationsUpdated, _context| {
//!     println!("the relations of {:?} have changed", event.endpoint_ids);
//!     Ok(())
//! });
//! ```

mod client;
mod endpoint_relations_get_request;
mod endpoint_relations_get_response;
mod endpoint_relations_updated;
mod repository;
#[cfg(test)]
mod tests;

pub use client::{Eprmp, EprmpHandle};
pub use endpoint_relations_get_request::{EndpointRelationsGetRequest, RelationDirection};
pub use endpoint_relations_get_response::EndpointRelationsGetResponse;
pub use endpoint_relations_updated::EndpointRelationsUpdated;
pub use repository::{RelationRepository, repository};
