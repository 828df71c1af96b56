//! 24/EPRMP: how endpoints are related. Delivery is not guaranteed: a management client gives its requests a timeout
//! and repeats them where needed (EPRMP-013).

mod endpoint_relations_get_request;
mod endpoint_relations_get_response;
mod endpoint_relations_updated;
#[cfg(test)]
mod tests;

pub use endpoint_relations_get_request::{EndpointRelationsGetRequest, RelationDirection};
pub use endpoint_relations_get_response::EndpointRelationsGetResponse;
pub use endpoint_relations_updated::EndpointRelationsUpdated;
