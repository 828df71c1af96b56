//! The transport.

use std::{
    fmt,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use async_nats::{
    Client, Event, ServerError,
    client::{PublishError, PublishErrorKind, traits::Publisher as _},
    message::OutboundMessage,
};
use futures::FutureExt as _;
use kaa_ism::{InstanceName, SubjectFilter};
use kaa_service::transport::{BoxFuture, Connection, Outgoing, Refusal, Subscription, Transport, TransportError};
use tokio::{
    sync::{broadcast, watch},
    task::coop,
};

use crate::{link::Link, refusals::Refusals, subjects::theirs, subscription::NatsSubscription, traces};

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
    link: Link,
    dropped: AtomicU64,
    refusals: Refusals,
}

impl Shared {
    pub(crate) fn dropped(&self, why: &str) {
        if self.dropped.fetch_add(1, Ordering::Relaxed) == 0 {
            tracing::warn!("{why}: a message is lost; further ones are only counted");
        }
    }

    /// Takes an event. Says whether nothing more has to be said about it.
    pub(crate) fn note(&self, event: &Event) -> bool {
        match event {
            Event::Connected => self.link.told_up(),
            Event::Disconnected => self.link.told_lost(),
            Event::Closed => self.link.told_closed(),
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
        shared.link.look(&client);
        Self { client, shared }
    }

    /// The client underneath, for what this crate does not do.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// What the client takes. A message goes without its trace to a server that is too old for headers, or if there is no room
    /// for it in the longest message that the server takes.
    fn outbound(&self, message: &Outgoing) -> Result<OutboundMessage, TransportError> {
        let Outgoing { subject, reply_to, body, trace, .. } = message;
        self.shared.refusals.check(subject)?;
        let has_room = || body.len() + traces::LONGEST <= self.client.max_payload();
        let trace = trace.as_deref().filter(|_| has_room() && self.client.server_info().headers);
        Ok(OutboundMessage {
            subject: theirs(subject),
            reply: reply_to.as_ref().map(theirs),
            payload: body.clone(),
            headers: trace.map(traces::headers),
        })
    }

    fn error(&self, error: &PublishError, message: &Outgoing) -> TransportError {
        match error.kind() {
            PublishErrorKind::MaxPayloadExceeded => {
                TransportError::TooLarge { size: message.body.len(), limit: self.client.max_payload() }
            }
            _ => TransportError::Disconnected,
        }
    }
}

impl Transport for NatsTransport {
    fn publish(&self, message: Outgoing) -> BoxFuture<'_, Result<(), TransportError>> {
        async move {
            let sent = self.client.publish_message(self.outbound(&message)?).await;
            sent.map_err(|error| self.error(&error, &message))
        }
        .boxed()
    }

    fn try_publish(&self, message: &Outgoing) -> Option<Result<(), TransportError>> {
        let outbound = match self.outbound(message) {
            Ok(outbound) => outbound,
            Err(error) => return Some(Err(error)),
        };
        // Its queue takes the message or does not: then nothing has been published. Also from a task that has used up its budget.
        let sent = coop::unconstrained(pin!(self.client.publish_message(outbound))).now_or_never()?;
        Some(sent.map_err(|error| self.error(&error, message)))
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
                    Ok(Box::new(NatsSubscription::new(subscriber, &filter, self.shared.clone()))
                        as Box<dyn Subscription>)
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
        self.shared.link.subscribe()
    }

    fn is_connected(&self) -> bool {
        self.shared.link.is_up()
    }

    /// The client drops events while more than 128 of them wait.
    fn check_connection(&self) {
        self.shared.link.look(&self.client);
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
        f.debug_struct("NatsTransport").field("connection", &self.shared.link.current()).finish_non_exhaustive()
    }
}
