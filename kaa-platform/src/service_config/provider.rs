//! The side that changes configurations.

use kaa_ism::{Bus, Event as _, InstanceName, OneWay as _, SendError, SendOptions};

use super::{BroadcastConfigurationUpdateEvent, Change, InvalidScope, ServiceSpecificConfigurationUpdateEvent};

/// Tells services that their configuration has changed, as the provider of it. Nothing is acknowledged (SCMP-010), and
/// nothing expires: timeouts of the options bound how long handing a message over may take (SCMP-012).
#[derive(Clone, Debug)]
pub struct ServiceConfigHandle<B>(B);

/// Gives every [`Bus`] a [`ServiceConfigHandle`].
pub trait ServiceConfig: Bus {
    /// Tells services that their configuration has changed.
    fn service_config(&self) -> ServiceConfigHandle<Self> {
        ServiceConfigHandle(self.clone())
    }
}

impl<B: Bus> ServiceConfig for B {}

/// Why a service was not told.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AnnounceError {
    /// What one service is told is always about a tenant (SCMP-007, SCMP-008).
    #[error("this is not for one service alone")]
    Scope(#[from] InvalidScope),
    /// The message did not leave.
    #[error("the change was not announced")]
    NotSent(#[from] SendError),
}

impl<B: Bus> ServiceConfigHandle<B> {
    /// Tells all services (SCMP-001 to SCMP-004).
    ///
    /// # Errors
    ///
    /// Those of [`Bus::publish`].
    pub async fn announce(&self, change: Change, options: SendOptions) -> Result<(), SendError> {
        let Change { update_type, scope } = change;
        let event = BroadcastConfigurationUpdateEvent::of(scope);
        let subject = event.subject_with(&self.0.identity().instance, &[update_type.as_str()])?;
        self.0.publish(subject, None, event, options).await
    }

    /// Tells one service (SCMP-006 to SCMP-008).
    ///
    /// # Errors
    ///
    /// [`AnnounceError::Scope`] for [`Scope::Platform`](super::Scope::Platform), [`AnnounceError::NotSent`] with the
    /// errors of [`Bus::publish`].
    pub async fn announce_to(
        &self,
        service: &InstanceName,
        change: Change,
        options: SendOptions,
    ) -> Result<(), AnnounceError> {
        let Change { update_type, scope } = change;
        let message = ServiceSpecificConfigurationUpdateEvent::of(scope)?;
        let subject = ServiceSpecificConfigurationUpdateEvent::subject_with(service, &[update_type.as_str()])
            .map_err(SendError::from)?;
        Ok(self.0.publish(subject, None, message, options).await?)
    }
}
