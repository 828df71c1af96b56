//! How providers and consumers send.

use std::future::Future;

use kaa_ism::{Bus, Event as _, InstanceName, RequestError, SendError, SendOptions};

use crate::{ConfigApplied, ConfigRequest, ConfigUpdated, Fetched};

/// What a consumer sends with: it pulls from one provider, and says what endpoints made of what it brought them.
#[derive(Clone, Debug)]
pub struct CdtpHandle<B> {
    bus: B,
    provider: InstanceName,
}

/// Gives every [`Bus`] a [`CdtpHandle`], and a provider its event.
pub trait Cdtp: Bus {
    /// Pulls from the provider instance `provider`.
    fn cdtp(&self, provider: InstanceName) -> CdtpHandle<Self> {
        CdtpHandle { bus: self.clone(), provider }
    }

    /// Says that a configuration has changed, as the provider of it (CDTP-001, CDTP-002). Whether anybody listens is
    /// not known (CDTP-003).
    ///
    /// # Errors
    ///
    /// Those of [`Bus::publish`].
    fn announce_config(
        &self,
        updated: ConfigUpdated,
        options: SendOptions,
    ) -> impl Future<Output = Result<(), SendError>> + Send {
        let subject = updated.subject(&self.identity().instance);
        async move { self.publish(subject?, None, updated, options).await }
    }
}

impl<B: Bus> Cdtp for B {}

impl<B: Bus> CdtpHandle<B> {
    /// The provider instance.
    #[must_use]
    pub fn provider(&self) -> &InstanceName {
        &self.provider
    }

    /// Asks for the current configuration of an endpoint: the one named by the request, or news of it if the request
    /// has the configId of what is known (CDTP-010 to CDTP-013). Asking changes nothing: it may be [tried
    /// again](SendOptions::with_retry).
    ///
    /// Dropping the future forgets the request.
    ///
    /// # Errors
    ///
    /// [`RequestError::Refused`] with the status of the provider (404: no such configuration), or 502 if its answer
    /// makes no sense; [`RequestError::NoAnswer`] if there is none.
    pub async fn pull(&self, request: ConfigRequest, options: SendOptions) -> Result<Fetched, RequestError> {
        let known = request.config_id.clone();
        // Not `Bus::request`: 304 is no refusal.
        let response = self.bus.call(&self.provider, request, options).await?;
        response.into_fetched(known.as_deref()).map_err(RequestError::Refused)
    }

    /// Says what an endpoint made of its configuration, as this consumer (CDTP-005, CDTP-007, CDTP-026).
    ///
    /// # Errors
    ///
    /// Those of [`Bus::publish`].
    pub async fn applied(&self, applied: ConfigApplied, options: SendOptions) -> Result<(), SendError> {
        let subject = applied.subject(&self.bus.identity().instance)?;
        self.bus.publish(subject, None, applied, options).await
    }
}
