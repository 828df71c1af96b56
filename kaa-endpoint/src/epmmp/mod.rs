//! 19/EPMMP: reading and changing the metadata of endpoints. [`MetadataRepository`] with [`repository`] is the side
//! that keeps them, [`Epmmp::epmmp`] the side that asks. Delivery is not guaranteed: a management client gives its
//! requests a timeout and repeats them where needed (EPMMP-055), see
//! [`SendOptions::with_retry`](kaa_ism::SendOptions::with_retry). Changes are announced by the event of
//! [`eme`](crate::eme) (15/EME).
//!
//! ```
//! use std::collections::BTreeMap;
//!
//! use kaa_endpoint::{
//!     Bus, Context, InstanceName, RequestError, Retry, SendOptions, Status,
//!     epmmp::{
//!         AppVersionsByEndpointsRequest, EndpointMetadata, EndpointMetadataGetRequest,
//!         EndpointMetadataKeyUpdateRequest, EndpointMetadataKeysGetRequest, EndpointMetadataPatchRequest, Epmmp as _,
//!         MetadataRepository, repository,
//!     },
//! };
//!
//! struct OneEndpoint;
//!
//! impl MetadataRepository for OneEndpoint {
//!     async fn get(&self, request: EndpointMetadataGetRequest, _: Context) -> Result<EndpointMetadata, Status> {
//!         match request.endpoint_id.as_str() {
//!             "ep-1" => Ok(EndpointMetadata::new().with_payload(r#"{"name":"kettle"}"#)),
//!             _ => Err(Status::not_found("no such endpoint")),
//!         }
//!     }
//!
//!     async fn patch(&self, _: EndpointMetadataPatchRequest, _: Context) -> Result<(), Status> {
//!         Err(Status::forbidden("read only"))
//!     }
//!
//!     async fn update_key(&self, _: EndpointMetadataKeyUpdateRequest, _: Context) -> Result<(), Status> {
//!         Err(Status::forbidden("read only"))
//!     }
//!
//!     async fn keys(&self, _: EndpointMetadataKeysGetRequest, _: Context) -> Result<Vec<String>, Status> {
//!         Ok(vec!["name".to_owned()])
//!     }
//!
//!     async fn app_versions(
//!         &self,
//!         _: AppVersionsByEndpointsRequest,
//!         _: Context,
//!     ) -> Result<BTreeMap<String, Vec<String>>, Status> {
//!         Ok(BTreeMap::new())
//!     }
//! }
//! let role = repository(OneEndpoint);
//!
//! async fn rename(bus: impl Bus, epr: InstanceName) -> Result<(), RequestError> {
//!     let options = SendOptions::default().with_retry(Retry::idempotent());
//!     bus.epmmp(epr).update_key("ep-1", "name", r#""big kettle""#, options).await
//! }
//! ```

mod app_versions_by_endpoints_request;
mod app_versions_by_endpoints_response;
mod batch;
mod client;
mod endpoint_metadata;
mod endpoint_metadata_get_request;
mod endpoint_metadata_get_response;
mod endpoint_metadata_key_batch_update_request;
mod endpoint_metadata_key_batch_update_response;
mod endpoint_metadata_key_update_request;
mod endpoint_metadata_key_update_response;
mod endpoint_metadata_keys_get_request;
mod endpoint_metadata_keys_get_response;
mod endpoint_metadata_patch_request;
mod endpoint_metadata_patch_response;
mod repository;
#[cfg(test)]
mod tests;

pub use app_versions_by_endpoints_request::AppVersionsByEndpointsRequest;
pub use app_versions_by_endpoints_response::AppVersionsByEndpointsResponse;
pub use client::{Epmmp, EpmmpHandle};
pub use endpoint_metadata::EndpointMetadata;
pub use endpoint_metadata_get_request::EndpointMetadataGetRequest;
pub use endpoint_metadata_get_response::EndpointMetadataGetResponse;
pub use endpoint_metadata_key_batch_update_request::{
    EndpointMetadataKeyBatchUpdateRequest, EndpointMetadataKeyUpdateCommand,
};
pub use endpoint_metadata_key_batch_update_response::EndpointMetadataKeyBatchUpdateResponse;
pub use endpoint_metadata_key_update_request::EndpointMetadataKeyUpdateRequest;
pub use endpoint_metadata_key_update_response::EndpointMetadataKeyUpdateResponse;
pub use endpoint_metadata_keys_get_request::EndpointMetadataKeysGetRequest;
pub use endpoint_metadata_keys_get_response::EndpointMetadataKeysGetResponse;
pub use endpoint_metadata_patch_request::EndpointMetadataPatchRequest;
pub use endpoint_metadata_patch_response::EndpointMetadataPatchResponse;
pub use repository::{MetadataRepository, repository};
