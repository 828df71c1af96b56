//! Back-pressure, which the bus does not have: listeners acknowledge what they have taken, and who publishes waits for
//! them.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use async_nats::{Client, Subscriber};
use futures::StreamExt as _;

use super::{EVENTS, LISTENERS, subscribe};

/// How many events are acknowledged together.
const TOGETHER: u32 = 2_000;

/// If more events than these have not been taken by all listeners, nothing is published until they have taken more. It
/// is looked at every [`TOGETHER`] events. So all of them fit where a role keeps waiting messages, and where async-nats
/// does.
const OUTSTANDING: u32 = 14_000;

const _: () = assert!(EVENTS.is_multiple_of(TOGETHER), "the last events are acknowledged too");

/// Longer than any stop of a listener: by then an event is lost.
const LOST_AFTER: Duration = Duration::from_secs(30);

/// Counts what one listener takes.
pub(super) struct Taken {
    client: Client,
    acknowledgements: &'static str,
    listener: u8,
    events: AtomicU32,
}

impl Taken {
    /// `client` is that of the listener.
    pub(super) fn new(client: Client, acknowledgements: &'static str, listener: u8) -> Self {
        Self { client, acknowledgements, listener, events: AtomicU32::new(0) }
    }

    /// The listener has taken one more event.
    pub(super) fn one(&self) {
        if self.events.fetch_add(1, Ordering::Relaxed) % TOGETHER == TOGETHER - 1 {
            let (client, to, listener) = (self.client.clone(), self.acknowledgements, vec![self.listener].into());
            tokio::spawn(async move { client.publish(to, listener).await.expect("a connection") });
        }
    }
}

/// What may be published.
pub(super) struct Window {
    acknowledgements: Subscriber,
    sent: u64,
    taken: [u64; LISTENERS as usize],
}

impl Window {
    /// `client` is that of who publishes.
    pub(super) async fn open(client: &Client, acknowledgements: &'static str) -> Self {
        Self { acknowledgements: subscribe(client, acknowledgements).await, sent: 0, taken: [0; LISTENERS as usize] }
    }

    /// One more event has been published. Waits until the next one may be.
    pub(super) async fn sent_one(&mut self) {
        self.sent += 1;
        if self.sent.is_multiple_of(TOGETHER.into()) {
            self.at_most(OUTSTANDING).await;
        }
    }

    /// Waits until all listeners have taken all events.
    pub(super) async fn all_taken(&mut self) {
        self.at_most(0).await;
    }

    async fn at_most(&mut self, outstanding: u32) {
        while self.taken.iter().any(|taken| self.sent - taken > outstanding.into()) {
            let acknowledgement = tokio::time::timeout(LOST_AFTER, self.acknowledgements.next()).await;
            let listener = acknowledgement.expect("no event is lost").expect("a connection").payload[0];
            self.taken[usize::from(listener)] += u64::from(TOGETHER);
        }
    }
}
