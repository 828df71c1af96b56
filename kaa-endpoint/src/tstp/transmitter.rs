//! The side that hands data points on.

use kaa_ism::{Acknowledgement as _, Bus, CallError, Event as _, SendError, SendOptions};

use super::{Receipt, TimeSeriesEvent};

/// Hands data points on, as this service instance.
#[derive(Clone, Debug)]
pub struct TstpHandle<B>(B);

/// Gives every [`Bus`] a [`TstpHandle`].
pub trait Tstp: Bus {
    /// Hands data points on.
    fn tstp(&self) -> TstpHandle<Self> {
        TstpHandle(self.clone())
    }
}

impl<B: Bus> Tstp for B {}

impl<B: Bus> TstpHandle<B> {
    /// Broadcasts data points and asks nobody what became of them (TSTP-001).
    ///
    /// # Errors
    ///
    /// Those of [`Bus::publish`], and [`SendError::NoSubject`] if the name of the time series is no subject token
    /// (ISM-025).
    pub async fn transmit(&self, event: TimeSeriesEvent, options: SendOptions) -> Result<(), SendError> {
        let subject = event.subject(&self.0.identity().instance)?;
        self.0.publish(subject, None, event, options).await
    }

    /// Broadcasts data points and waits until so many receivers have said whether they have processed them (TSTP-007),
    /// at most for the timeout of the options, else 5 s. The first to speak are counted, whoever they are: an
    /// acknowledgement does not name its sender (TSTP-008). With no `receivers` it is [`transmit`](Self::transmit).
    ///
    /// Dropping the future forgets what has not been said yet; the points are not taken back.
    ///
    /// # Errors
    ///
    /// [`CallError`] if the event was not sent. A receiver that fails or is silent is no error: the [`Receipt`] counts
    /// it. If nobody listens, all are silent at once.
    pub async fn transmit_reliably(
        &self,
        event: TimeSeriesEvent,
        receivers: usize,
        options: SendOptions,
    ) -> Result<Receipt, CallError> {
        let mut receipt = Receipt::expected(receivers);
        if receivers == 0 {
            self.transmit(event, options).await?;
            return Ok(receipt);
        }
        let mut acknowledgements = self.0.gather(event, options).await?;
        while receipt.silent > 0 {
            let Some(processed) = acknowledgements.next().await else { break };
            receipt.note(processed.status());
        }
        Ok(receipt)
    }
}
