//! The transport.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use async_nats::{
    Client, Event, ServerError,
    client::{PublishError, PublishErrorKind},
};
use futures::{FutureExt as _, TryFutureExt as _};
use kaa_ism::{InstanceName, SubjectFilter};
use kaa_service::transport::{BoxFuture, Connection, Outgoing, Refusal, Subscription, Transport, TransportError};
use tokio::sync::{broadcast, watch};

use crate::{refusals::Refusals, subjects::Outbound, subscription::NatsSubscription, traces};

/// How long a refusal is on its way through a busy process.
const REFUSALS_WITHIN: Duration = Duration::from_millis(100);

/// The same for a server that takes anybody, and so hardly ever refuses anything: a start need not take longer.
const RARE_REFUSALS_WITHIN: Duration = Duration::from_millis(10);

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
    refusals: Refusals,
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

    /// Takes an event. Says whether nothing more has to be said about it.
    pub(crate) fn note(&self, event: &Event) -> bool {
        match event {
            Event::Connected => self.up(true),
            Event::Disconnected | Event::Closed => self.up(false),
            // The first of them is logged where they are counted.
            Event::SlowConsumer(_) => {
                self.dropped("a subscription is too slow");
                return true;
            }
            Event::ServerError(ServerError::Other(error)) => return self.refusals.note(error),
            _ => {}
        }
        false
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
        let Outgoing { subject, reply_to, body, trace, .. } = message;
        if let Err(refused) = self.shared.refusals.check(&subject) {
            return std::future::ready(Err(refused)).boxed();
        }
        let size = body.len();
        let refused = move |error: PublishError| match error.kind() {
            PublishErrorKind::MaxPayloadExceeded => TransportError::TooLarge { size, limit: self.client.max_payload() },
            _ => TransportError::Disconnected,
        };
        // A server that is too old for headers gets the message without.
        if let Some(trace) = trace.filter(|_| self.client.server_info().headers) {
            let (subject, headers) = (self.shared.outbound.subject(subject), traces::headers(&trace));
            return match reply_to.map(|reply_to| self.shared.outbound.subject(reply_to)) {
                Some(reply_to) => {
                    let sent = self.client.publish_with_reply_and_headers(subject, reply_to, headers, body);
                    sent.map_err(refused).boxed()
                }
                None => self.client.publish_with_headers(subject, headers, body).map_err(refused).boxed(),
            };
        }
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

    /// A permission that the server refuses. Publishing where it has been refused fails at once for some seconds.
    fn refusals(&self) -> broadcast::Receiver<Refusal> {
        self.shared.refusals.subscribe()
    }

    /// What the server says besides messages takes a way of its own through this process, where it may be held up.
    fn settled(&self) -> BoxFuture<'_, ()> {
        let needs_credentials = self.client.server_info().auth_required;
        tokio::time::sleep(if needs_credentials { REFUSALS_WITHIN } else { RARE_REFUSALS_WITHIN }).boxed()
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
