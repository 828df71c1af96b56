//! The side that raises alerts.

use kaa_ism::{Bus, InstanceName, OneWay as _, SendError, SendOptions};

use super::ActivateAlertCommand;

/// Raises alerts at an alert storage.
#[derive(Clone, Debug)]
pub struct AmpHandle<B> {
    bus: B,
    storage: InstanceName,
}

/// Gives every [`Bus`] an [`AmpHandle`].
pub trait Amp: Bus {
    /// Raises alerts at the storage instance `storage`.
    fn amp(&self, storage: InstanceName) -> AmpHandle<Self> {
        AmpHandle { bus: self.clone(), storage }
    }
}

impl<B: Bus> Amp for B {}

impl<B: Bus> AmpHandle<B> {
    /// Activates an alert (AMP-001, AMP-002). There is no answer (AMP-004): that it has been handed to the connection is
    /// all that is known.
    ///
    /// # Errors
    ///
    /// Those of [`Bus::publish`].
    pub async fn activate(&self, command: ActivateAlertCommand, options: SendOptions) -> Result<(), SendError> {
        let subject = ActivateAlertCommand::subject(&self.storage)?;
        self.bus.publish(subject, None, command, options).await
    }
}
