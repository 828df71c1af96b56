//! Where the core leaves what a client has not asked for.

use tokio::sync::mpsc::{self, error::TrySendError};

use crate::core::{Downlink, Outlet, Undelivered};

/// A bounded queue. Boxed, because a queue takes memory for many elements at once.
#[derive(Debug)]
pub(super) struct Queue(mpsc::Sender<Box<Downlink>>);

pub(super) type Pushes = mpsc::Receiver<Box<Downlink>>;

impl Queue {
    pub(super) fn new(capacity: usize) -> (Self, Pushes) {
        let (sender, receiver) = mpsc::channel(capacity);
        (Self(sender), receiver)
    }
}

impl Outlet for Queue {
    fn deliver(&self, downlink: Downlink) -> Result<(), Undelivered> {
        self.0.try_send(Box::new(downlink)).map_err(|error| match error {
            TrySendError::Full(_) => Undelivered::Full,
            TrySendError::Closed(_) => Undelivered::Closed,
        })
    }
}
