//! The side that asks about filters.

use std::collections::BTreeMap;

use kaa_ism::{Bus, InstanceName, RequestError, SendOptions};

use super::{EndpointFiltersRequest, EndpointListByFilterRequest};

/// Asks a repository of filters. Asking twice does no harm: [`Retry::idempotent`](kaa_ism::Retry::idempotent) fits.
#[derive(Clone, Debug)]
pub struct EfmpHandle<B> {
    bus: B,
    repository: InstanceName,
}

/// Gives every [`Bus`] an [`EfmpHandle`].
pub trait Efmp: Bus {
    /// Asks the repository instance `repository`.
    fn efmp(&self, repository: InstanceName) -> EfmpHandle<Self> {
        EfmpHandle { bus: self.clone(), repository }
    }
}

impl<B: Bus> Efmp for B {}

impl<B: Bus> EfmpHandle<B> {
    /// Ids of the filters that an endpoint matches.
    ///
    /// # Errors
    ///
    /// [`RequestError::Refused`] if there is no such endpoint, [`RequestError::NoAnswer`] if that is unknown.
    pub async fn filters(&self, endpoint_id: &str, options: SendOptions) -> Result<Vec<String>, RequestError> {
        let request = EndpointFiltersRequest::new(endpoint_id);
        Ok(self.bus.request(&self.repository, request, options).await?.filter_ids)
    }

    /// Ids of the endpoints that match a filter, by application version name.
    ///
    /// # Errors
    ///
    /// [`RequestError::Refused`] if there is no such filter, [`RequestError::NoAnswer`] if that is unknown.
    pub async fn endpoints(
        &self,
        filter_id: &str,
        options: SendOptions,
    ) -> Result<BTreeMap<String, Vec<String>>, RequestError> {
        let request = EndpointListByFilterRequest::new(filter_id);
        Ok(self.bus.request(&self.repository, request, options).await?.app_versions_to_endpoints)
    }
}
