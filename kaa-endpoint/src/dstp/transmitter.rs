//! The side that hands data samples on.

use kaa_ism::{Acknowledgement as _, Bus, CallError, Event as _, InstanceName, SendError, SendOptions};

use super::{DataSamplesEvent, Receipt};

/// Hands data samples on, as this service instance.
#[derive(Clone, Debug)]
pub struct DstpHandle<B>(B);

/// Gives every [`Bus`] a [`DstpHandle`].
pub trait Dstp: Bus {
    /// Hands data samples on.
    fn dstp(&self) -> DstpHandle<Self> {
        DstpHandle(self.clone())
    }
}

impl<B: Bus> Dstp for B {}

impl<B: Bus> DstpHandle<B> {
    /// Broadcasts data samples and asks nobody what became of them (DSTP-001).
    ///
    /// # Errors
    ///
    /// Those of [`Bus::publish`].
    pub async fn transmit(&self, event: DataSamplesEvent, options: SendOptions) -> Result<(), SendError> {
        let subject = event.subject(&self.0.identity().instance)?;
        self.0.publish(subject, None, event, options).await
    }

    /// Broadcasts data samples and waits until each of the receivers `from` has said whether it has processed them
    /// (DSTP-002), at most for the timeout of the options, else 5 s. What other receivers say is of no account. With
    /// nobody in `from` it is [`transmit`](Self::transmit).
    ///
    /// Dropping the future forgets what has not been said yet; the data samples are not taken back.
    ///
    /// # Errors
    ///
    /// [`CallError`] if the event was not sent. A receiver that fails or is silent is no error: the [`Receipt`] names
    /// it. If nobody listens, all are silent at once.
    pub async fn transmit_reliably(
        &self,
        event: DataSamplesEvent,
        from: &[InstanceName],
        options: SendOptions,
    ) -> Result<Receipt, CallError> {
        let mut receipt = Receipt::expected(from);
        if receipt.silent.is_empty() {
            self.transmit(event, options).await?;
            return Ok(receipt);
        }
        let mut acknowledgements = self.0.gather(event, options).await?;
        while !receipt.silent.is_empty() {
            let Some(processed) = acknowledgements.next().await else { break };
            receipt.note(&processed.receiver_service_instance_name, processed.status());
        }
        Ok(receipt)
    }
}
