//! The transport.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use async_nats::{
    Client, Event,
    client::{PublishError, PublishErrorKind},
};
use futures::{FutureExt as _, TryFutureExt as _};
use kaa_ism::{InstanceName, SubjectFilter};
use kaa_service::transport::{BoxFuture, Connection, Outgoing, Subscription, Transport, TransportError};
use tokio::sync::watch;

use crate::{subjects::Outbound, subscription::NatsSubscription};

/// A NATS connection. Clones share it.
#[derive(Clone)]
pub struct NatsTransport {
    client: Client,
    shared: Arc<Shared>,
}

/// What the events of the connection say.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    connection: watch::Sender<Connection>,
    /// The same without a lock: it is looked at for every message.
    is_up: AtomicBool,
    dropped: AtomicU64,
    outbound: Outbound,
}

impl Shared {
    pub(crate) fn dropped(&self, why: &str) {
        if self.dropped.fetch_add(1, Ordering::Relaxed) == 0 {
            tracing::warn!("{why}: a message is lost; further ones are only counted");
        }
    }

    pub(crate) fn up(&self, up: bool) {
        self.is_up.store(up, Ordering::Relaxed);
        self.connection.send_if_modified(|connection| {
            let before = *connection;
            connection.note(up);
            *connection != before
        });
    }

    pub(crate) fn note(&self, event: &Event) {
        match event {
            Event::Connected => self.up(true),
            Event::Disconnected | Event::Closed => self.up(false),
            Event::SlowConsumer(_) => self.dropped("a subscription is too slow"),
            _ => {}
        }
    }
}

impl NatsTransport {
    pub(crate) fn new(client: Client, shared: Arc<Shared>) -> Self {
        Self { client, shared }
    }

    /// The client underneath, for what this crate does not do.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }
}

impl Transport for NatsTransport {
    fn publish(&self, message: Outgoing) -> BoxFuture<'_, Result<(), TransportError>> {
        let Outgoing { subject, reply_to, body, .. } = message;
        let size = body.len();
        let refused = move |error: PublishError| match error.kind() {
            PublishErrorKind::MaxPayloadExceeded => TransportError::TooLarge { size, limit: self.client.max_payload() },
            _ => TransportError::Disconnected,
        };
        // Two small boxes rather than a large one: this is where every message passes.
        match reply_to {
            Some(reply_to) => {
                let sent = self.client.publish_with_reply(
                    self.shared.outbound.subject(subject),
                    self.shared.outbound.subject(reply_to),
                    body,
                );
                sent.map_err(refused).boxed()
            }
            None => self.client.publish(self.shared.outbound.subject(subject), body).map_err(refused).boxed(),
        }
    }

    fn subscribe(
        &self,
        filter: SubjectFilter,
        queue: Option<InstanceName>,
    ) -> BoxFuture<'_, Result<Box<dyn Subscription>, TransportError>> {
        async move {
            let subject = filter.as_str().to_owned();
            let subscribed = match queue {
                Some(queue) => self.client.queue_subscribe(subject, queue.as_str().to_owned()).await,
                None => self.client.subscribe(subject).await,
            };
            match subscribed {
                Ok(subscriber) => {
                    Ok(Box::new(NatsSubscription::new(subscriber, self.shared.clone())) as Box<dyn Subscription>)
                }
                Err(_) => Err(TransportError::Disconnected),
            }
        }
        .boxed()
    }

    fn flush(&self) -> BoxFuture<'_, Result<(), TransportError>> {
        async move { self.client.flush().await.map_err(|_| TransportError::Disconnected) }.boxed()
    }

    fn connection(&self) -> watch::Receiver<Connection> {
        self.shared.connection.subscribe()
    }

    fn is_connected(&self) -> bool {
        self.shared.is_up.load(Ordering::Relaxed)
    }

    fn max_payload(&self) -> usize {
        self.client.max_payload()
    }

    /// A lower bound: the client reports at most as many losses as its event queue holds.
    fn dropped(&self) -> u64 {
        self.shared.dropped.load(Ordering::Relaxed)
    }
}

impl fmt::Debug for NatsTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NatsTransport").field("connection", &*self.shared.connection.borrow()).finish_non_exhaustive()
    }
}
