//! What became of data samples.

use kaa_ism::InstanceName;
use kaa_protocol::Status;

/// What became of an event at the receivers that were counted on. Each of them is in one of the three lists.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Receipt {
    /// They have processed it.
    pub processed: Vec<InstanceName>,
    /// They have not, and why.
    pub failed: Vec<(InstanceName, Status)>,
    /// They have said nothing in time.
    pub silent: Vec<InstanceName>,
}

impl Receipt {
    /// Nobody has said anything yet.
    pub(super) fn expected(from: &[InstanceName]) -> Self {
        let mut silent: Vec<InstanceName> = Vec::with_capacity(from.len());
        for name in from {
            if !silent.contains(name) {
                silent.push(name.clone());
            }
        }
        Self { silent, ..Self::default() }
    }

    /// The first word of a receiver counts; who was not counted on does not.
    pub(super) fn note(&mut self, receiver: &str, status: Status) {
        let Some(at) = self.silent.iter().position(|name| name.as_str() == receiver) else { return };
        let name = self.silent.remove(at);
        if status.code().is_success() {
            self.processed.push(name);
        } else {
            self.failed.push((name, status));
        }
    }

    /// Success if all have processed it.
    ///
    /// # Errors
    ///
    /// What a device may be told: [`Status`] 502 if a receiver has failed, 504 if one has said nothing. Who it was and
    /// why stays in the log.
    pub fn into_result(self) -> Result<(), Status> {
        if let Some((name, status)) = self.failed.into_iter().next() {
            let cause = format!("{name}: {status}");
            return Err(Status::bad_gateway("the data could not be processed").with_source(cause));
        }
        match self.silent.as_slice() {
            [] => Ok(()),
            silent => {
                let cause = format!("no acknowledgement of {silent:?}");
                Err(Status::gateway_timeout("the data was not processed in time").with_source(cause))
            }
        }
    }
}
