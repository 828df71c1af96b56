//! One connection to the bus.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::{broadcast, watch};

use crate::transport::{Connection, Refusal};

/// How many refusals a slow listener may be behind.
const REFUSALS: usize = 256;

/// One connection to the bus.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) name: Box<str>,
    state: watch::Sender<Connection>,
    pub(super) refusals: broadcast::Sender<Refusal>,
    dropped: AtomicU64,
}

impl Link {
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: name.into(),
            state: watch::Sender::new(Connection { up: true, losses: 0 }),
            refusals: broadcast::Sender::new(REFUSALS),
            dropped: AtomicU64::new(0),
        }
    }

    pub(super) fn is_up(&self) -> bool {
        self.state.borrow().up
    }

    pub(super) fn set_up(&self, up: bool) {
        self.state.send_modify(|connection| connection.note(up));
    }

    pub(super) fn state(&self) -> watch::Receiver<Connection> {
        self.state.subscribe()
    }

    /// One of its subscribers was too slow for a message.
    pub(super) fn count_dropped(&self) {
        self.dropped.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }
}
