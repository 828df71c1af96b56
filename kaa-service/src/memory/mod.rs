//! A bus within the process, with the semantics of core NATS. For tests, and for platforms in one process.

mod fault_control;
mod faults;
mod link;
mod registry;
mod schedule;
mod trouble;

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

use futures::{FutureExt as _, Stream};
use kaa_ism::{InstanceName, SubjectFilter};
use tokio::sync::{broadcast, mpsc, watch};

pub use self::{fault_control::FaultControl, faults::Faults, trouble::FaultCounts};
use self::{link::Link, registry::Registry};
use crate::transport::{BoxFuture, Connection, Delivery, Outgoing, Refusal, Subscription, Transport, TransportError};

/// A connection to the bus. Clones share it; [`connect`](Self::connect) makes another one to the same bus.
///
/// Subjects, `*` and `>`, queue groups, no-responders notices and bounded subscribers behave as in NATS: a subscriber
/// that has [`with_capacity`](Self::with_capacity) messages waiting loses the next one, and the loss is counted.
///
/// For tests things can go wrong: at random by [`with_faults`](Self::with_faults), and as told by
/// [`faults`](Self::faults).
#[derive(Clone, Debug)]
pub struct MemoryBus {
    registry: Arc<Mutex<Registry>>,
    link: Arc<Link>,
    capacity: usize,
}

impl MemoryBus {
    /// As many messages wait for a subscriber as with NATS.
    const CAPACITY: usize = 65_536;
    /// The default `max_payload` of nats-server.
    const MAX_PAYLOAD: usize = 1024 * 1024;

    /// An empty bus.
    #[must_use]
    pub fn new() -> Self {
        Self::with_capacity(Self::CAPACITY)
    }

    /// An empty bus whose subscribers hold `capacity` messages at most.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        let mut registry = Registry::default();
        let link = registry.link("");
        Self { registry: Arc::new(Mutex::new(registry)), link, capacity: capacity.max(1) }
    }

    /// The connection of this name to the same bus: a further one, unless there is one already. That of a new bus has
    /// the name `""`.
    #[must_use]
    pub fn connect(&self, name: &str) -> Self {
        Self { registry: self.registry.clone(), link: self.registry().link(name), capacity: self.capacity }
    }

    /// With faults at random between its connections.
    #[must_use]
    pub fn with_faults(self, faults: Faults) -> Self {
        self.faults().set(faults);
        self
    }

    /// What makes things go wrong, and well again.
    #[must_use]
    pub fn faults(&self) -> FaultControl {
        FaultControl::new(self)
    }

    /// Loses or restores this connection, also of its clones. While it is lost nothing is delivered to it.
    pub fn set_connected(&self, connected: bool) {
        self.link.set_up(connected);
    }

    fn registry(&self) -> std::sync::MutexGuard<'_, Registry> {
        // A panic while holding the lock leaves the registry as it was: every change is one step.
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn send(&self, message: Outgoing) -> Result<(), TransportError> {
        if !self.is_connected() {
            return Err(TransportError::Disconnected);
        }
        let (size, limit) = (message.body.len(), Self::MAX_PAYLOAD);
        if size > limit {
            return Err(TransportError::TooLarge { size, limit });
        }
        let mut registry = self.registry();
        registry.publish(&self.link, message)?;
        if registry.schedule.needs_driver() {
            tokio::spawn(schedule::drive(self.registry.clone()));
        }
        Ok(())
    }
}

impl Default for MemoryBus {
    fn default() -> Self {
        Self::new()
    }
}

impl Transport for MemoryBus {
    fn publish(&self, message: Outgoing) -> BoxFuture<'_, Result<(), TransportError>> {
        async { self.send(message) }.boxed()
    }

    fn try_publish(&self, message: &Outgoing) -> Option<Result<(), TransportError>> {
        Some(self.send(message.clone()))
    }

    fn subscribe(
        &self,
        filter: SubjectFilter,
        queue: Option<InstanceName>,
    ) -> BoxFuture<'_, Result<Box<dyn Subscription>, TransportError>> {
        let (sender, receiver) = mpsc::channel(self.capacity);
        let id = self.registry().subscribe(self.link.clone(), filter, queue, sender);
        let subscription = MemorySubscription { receiver, id, bus: self.clone() };
        std::future::ready(Ok(Box::new(subscription) as Box<dyn Subscription>)).boxed()
    }

    fn flush(&self) -> BoxFuture<'_, Result<(), TransportError>> {
        std::future::ready(Ok(())).boxed()
    }

    fn connection(&self) -> watch::Receiver<Connection> {
        self.link.state()
    }

    fn is_connected(&self) -> bool {
        self.link.is_up()
    }

    fn refusals(&self) -> broadcast::Receiver<Refusal> {
        self.link.refusals.subscribe()
    }

    fn max_payload(&self) -> usize {
        Self::MAX_PAYLOAD
    }

    fn dropped(&self) -> u64 {
        self.link.dropped()
    }
}

struct MemorySubscription {
    receiver: mpsc::Receiver<Delivery>,
    id: u64,
    bus: MemoryBus,
}

impl Stream for MemorySubscription {
    type Item = Delivery;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Delivery>> {
        self.receiver.poll_recv(cx)
    }
}

impl Subscription for MemorySubscription {
    fn stop(&mut self) -> BoxFuture<'_, Result<(), TransportError>> {
        // The registry holds the only sender: without it the channel ends behind its last message.
        self.bus.registry().unsubscribe(self.id);
        std::future::ready(Ok(())).boxed()
    }
}

impl Drop for MemorySubscription {
    fn drop(&mut self) {
        self.bus.registry().unsubscribe(self.id);
    }
}

#[cfg(test)]
mod tests;
