//! The side that asks about relations.

use kaa_ism::{Bus, InstanceName, RequestError, SendOptions};

use super::EndpointRelationsGetRequest;

/// Asks a repository of relations. Asking twice does no harm: [`Retry::idempotent`](kaa_ism::Retry::idempotent) fits
/// (EPRMP-013).
#[derive(Clone, Debug)]
pub struct EprmpHandle<B> {
    bus: B,
    repository: InstanceName,
}

/// Gives every [`Bus`] an [`EprmpHandle`].
pub trait Eprmp: Bus {
    /// Asks the repository instance `repository`.
    fn eprmp(&self, repository: InstanceName) -> EprmpHandle<Self> {
        EprmpHandle { bus: self.clone(), repository }
    }
}

impl<B: Bus> Eprmp for B {}

impl<B: Bus> EprmpHandle<B> {
    /// Ids of the endpoints that have a relation to an endpoint. `relation` is type and direction: `contains` for those
    /// that it contains, `!contains` for those that contain it (EPRMP-008).
    ///
    /// # Errors
    ///
    /// [`RequestError::Refused`] if there is no such endpoint, [`RequestError::NoAnswer`] if that is unknown.
    pub async fn related(
        &self,
        endpoint_id: &str,
        relation: &str,
        options: SendOptions,
    ) -> Result<Vec<String>, RequestError> {
        let request = EndpointRelationsGetRequest::new(endpoint_id, relation);
        Ok(self.bus.request(&self.repository, request, options).await?.endpoint_ids)
    }
}
