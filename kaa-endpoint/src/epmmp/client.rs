//! The side that reads and changes metadata.

use std::collections::BTreeMap;

use bytes::Bytes;
use kaa_ism::{Bus, InstanceName, RequestError, SendOptions};

use super::{
    AppVersionsByEndpointsRequest, EndpointMetadata, EndpointMetadataGetRequest, EndpointMetadataKeyBatchUpdateRequest,
    EndpointMetadataKeyUpdateCommand, EndpointMetadataKeyUpdateRequest, EndpointMetadataKeysGetRequest,
    EndpointMetadataPatchRequest,
};

/// Asks a repository of metadata. Delivery is not guaranteed (EPMMP-055): everything but a patch may be repeated, which
/// [`Retry::idempotent`](kaa_ism::Retry::idempotent) does; a patch may be if it has a condition, and is then refused
/// with 412 if the first one was applied.
#[derive(Clone, Debug)]
pub struct EpmmpHandle<B> {
    bus: B,
    repository: InstanceName,
}

/// Gives every [`Bus`] an [`EpmmpHandle`].
pub trait Epmmp: Bus {
    /// Asks the repository instance `repository`.
    fn epmmp(&self, repository: InstanceName) -> EpmmpHandle<Self> {
        EpmmpHandle { bus: self.clone(), repository }
    }
}

impl<B: Bus> Epmmp for B {}

impl<B: Bus> EpmmpHandle<B> {
    /// Metadata of an endpoint: all of them, or what the request says.
    ///
    /// # Errors
    ///
    /// [`RequestError::Refused`] with 404 for an unknown endpoint, [`RequestError::NoAnswer`] if it is not known.
    pub async fn get(
        &self,
        request: EndpointMetadataGetRequest,
        options: SendOptions,
    ) -> Result<EndpointMetadata, RequestError> {
        let answer = self.bus.request(&self.repository, request, options).await?;
        Ok(EndpointMetadata { e_tag: answer.e_tag, payload: answer.payload, app_version_name: answer.app_version_name })
    }

    /// Applies a JSON Patch to the metadata of an endpoint, all of it or nothing.
    ///
    /// # Errors
    ///
    /// [`RequestError::Refused`] with 404, 412 (the condition does not hold), 403 (restricted key) or 400,
    /// [`RequestError::NoAnswer`] if the outcome is unknown.
    pub async fn patch(&self, request: EndpointMetadataPatchRequest, options: SendOptions) -> Result<(), RequestError> {
        self.bus.request(&self.repository, request, options).await?;
        Ok(())
    }

    /// Sets one key of an endpoint to a value, which is JSON text.
    ///
    /// # Errors
    ///
    /// [`RequestError::Refused`] with 404, 403 (restricted key) or 400, [`RequestError::NoAnswer`] if the outcome is
    /// unknown.
    pub async fn update_key(
        &self,
        endpoint_id: &str,
        key: &str,
        value: impl Into<Bytes> + Send,
        options: SendOptions,
    ) -> Result<(), RequestError> {
        let request = EndpointMetadataKeyUpdateRequest::new(endpoint_id, key, value);
        self.bus.request(&self.repository, request, options).await?;
        Ok(())
    }

    /// Sets keys of several endpoints, each by itself, in this order.
    ///
    /// # Errors
    ///
    /// [`RequestError::Refused`] with the code of the first that failed, and a phrase that names the endpoints of all
    /// that did (D-31); the others are set. [`RequestError::NoAnswer`] if the outcome is unknown.
    pub async fn update_keys(
        &self,
        commands: Vec<EndpointMetadataKeyUpdateCommand>,
        options: SendOptions,
    ) -> Result<(), RequestError> {
        let request = EndpointMetadataKeyBatchUpdateRequest::new(commands);
        self.bus.request(&self.repository, request, options).await?;
        Ok(())
    }

    /// The metadata keys of an endpoint.
    ///
    /// # Errors
    ///
    /// [`RequestError::Refused`] with 404 for an unknown endpoint, [`RequestError::NoAnswer`] if it is not known.
    pub async fn keys(&self, endpoint_id: &str, options: SendOptions) -> Result<Vec<String>, RequestError> {
        let request = EndpointMetadataKeysGetRequest::new(endpoint_id);
        Ok(self.bus.request(&self.repository, request, options).await?.keys)
    }

    /// Which application versions endpoints speak: ids of those found, by application version name. Unknown ones are in
    /// none (EPMMP-054).
    ///
    /// # Errors
    ///
    /// [`RequestError::Refused`] if the repository has no answer now, [`RequestError::NoAnswer`] if it gave none.
    pub async fn app_versions(
        &self,
        endpoint_ids: Vec<String>,
        options: SendOptions,
    ) -> Result<BTreeMap<String, Vec<String>>, RequestError> {
        let request = AppVersionsByEndpointsRequest::new(endpoint_ids);
        Ok(self.bus.request(&self.repository, request, options).await?.app_versions_to_endpoints)
    }
}
