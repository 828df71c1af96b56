//! 19/EPMMP: reading and changing the metadata of endpoints. Delivery is not guaranteed: a management client gives its
//! requests a timeout and repeats them where needed (EPMMP-055).

mod app_versions_by_endpoints_request;
mod app_versions_by_endpoints_response;
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
#[cfg(test)]
mod tests;

pub use app_versions_by_endpoints_request::AppVersionsByEndpointsRequest;
pub use app_versions_by_endpoints_response::AppVersionsByEndpointsResponse;
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
