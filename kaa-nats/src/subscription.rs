//! A subscription.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use async_nats::{Message, StatusCode, Subscriber};
use futures::{FutureExt as _, Stream, StreamExt as _};
use kaa_ism::{Subject, SubjectFilter};
use kaa_service::transport::{BoxFuture, Delivery, Incoming, Subscription, TransportError};

use crate::{subjects::Inbound, traces, transport::Shared};

/// With it a server says what reached nobody (from nats-server 2.12 on).
const NATS_SUBJECT: &str = "Nats-Subject";

pub(crate) struct NatsSubscription {
    subscriber: Subscriber,
    /// The one subject that it hears of, if there are no wildcards: then no message has to be asked for its own.
    only: Option<Subject>,
    inbound: Inbound,
    shared: Arc<Shared>,
}

impl NatsSubscription {
    pub(crate) fn new(subscriber: Subscriber, filter: &SubjectFilter, shared: Arc<Shared>) -> Self {
        Self { subscriber, only: Subject::parse(filter.as_str()).ok(), inbound: Inbound::default(), shared }
    }

    /// `None` for what is no message of ours: a subject or replyTo that is none.
    fn delivery(&mut self, message: Message) -> Option<Delivery> {
        let subject = match &self.only {
            Some(only) => only.clone(),
            None => self.inbound.subject(&message.subject)?,
        };
        if message.status == Some(StatusCode::NO_RESPONDERS) {
            let about = message.headers.as_ref().and_then(|headers| headers.get(NATS_SUBJECT));
            let about = about.and_then(|about| self.inbound.subject(about.as_str()));
            return Some(Delivery::NoResponders { reply_to: subject, subject: about });
        }
        let reply_to = message.reply.as_deref().and_then(|reply| self.inbound.subject(reply));
        let trace = message.headers.as_ref().and_then(traces::trace);
        Some(Delivery::Message(Incoming::new(subject, reply_to, message.payload).with_trace(trace)))
    }
}

impl Stream for NatsSubscription {
    type Item = Delivery;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Delivery>> {
        loop {
            match self.subscriber.poll_next_unpin(cx) {
                Poll::Ready(Some(message)) => {
                    if let Some(delivery) = self.delivery(message) {
                        return Poll::Ready(Some(delivery));
                    }
                    self.shared.dropped("a message has a subject that is none");
                }
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Pending => return Poll::Pending,
            }
        }
    }
}

impl Subscription for NatsSubscription {
    /// The client's own `drain` forgets the subscription as soon as UNSUB has been written, and with it the messages that
    /// the server has sent by then and that are still on their way. So we ask to unsubscribe after more messages than there
    /// will ever be: the client goes on delivering what comes, while the server, which takes a number of more than nine
    /// digits for none, unsubscribes at once. (A server that took it seriously would only go on sending until the
    /// subscription is dropped.)
    fn stop(&mut self) -> BoxFuture<'_, Result<(), TransportError>> {
        async { self.subscriber.unsubscribe_after(u64::MAX).await.map_err(|_| TransportError::Disconnected) }.boxed()
    }
}
