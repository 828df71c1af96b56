//! What became of data points.

use kaa_protocol::Status;

/// What became of an event at the receivers that were counted on: the three numbers make up all of them. Nothing tells
/// which is which (TSTP-008).
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Receipt {
    /// How many have processed it.
    pub processed: usize,
    /// Why others have not.
    pub failed: Vec<Status>,
    /// How many have said nothing in time.
    pub silent: usize,
}

impl Receipt {
    /// Nobody has said anything yet.
    pub(super) fn expected(receivers: usize) -> Self {
        Self { silent: receivers, ..Self::default() }
    }

    pub(super) fn note(&mut self, status: Status) {
        self.silent = self.silent.saturating_sub(1);
        if status.code().is_success() {
            self.processed += 1;
        } else {
            self.failed.push(status);
        }
    }

    /// Success if all have processed it.
    ///
    /// # Errors
    ///
    /// What others may be told: [`Status`] 502 if a receiver has failed, 504 if one has said nothing. Why stays in the
    /// log.
    pub fn into_result(self) -> Result<(), Status> {
        if let Some(status) = self.failed.into_iter().next() {
            return Err(Status::bad_gateway("the data could not be processed").with_source(status));
        }
        match self.silent {
            0 => Ok(()),
            silent => {
                let cause = format!("no acknowledgement of {silent} receivers");
                Err(Status::gateway_timeout("the data was not processed in time").with_source(cause))
            }
        }
    }
}
