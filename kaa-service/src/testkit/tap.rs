//! What a service gets and sends, written down on its way.

use std::{
    collections::{HashSet, VecDeque},
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll, ready},
};

use futures::{FutureExt as _, Stream, StreamExt as _};
use kaa_ism::{InstanceName, ReplicaId, Subject, SubjectFilter};
use tokio::sync::{Notify, broadcast, futures::Notified, watch};

use crate::transport::{
    BoxFuture, Connection, Delivery, Incoming, Outgoing, Refusal, Subscription, Transport, TransportError,
};

/// How many of the messages sent are kept, and how many places for answers: the oldest messages go.
const KEPT: usize = 65_536;

/// A connection of a service that writes down what passes. Clones share it.
#[derive(Clone, Debug)]
pub(super) struct Tap {
    transport: Arc<dyn Transport>,
    own: SubjectFilter,
    seen: Arc<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    log: Mutex<Log>,
    changed: Notify,
    received: AtomicU64,
    requests: AtomicU64,
    to_replica: AtomicU64,
}

#[derive(Debug, Default)]
struct Log {
    sent: VecDeque<Outgoing>,
    /// Where those who asked expect answers.
    reply_tos: HashSet<Subject>,
    answers: u64,
}

/// How much has passed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Passed {
    /// Messages for roles.
    pub(super) received: u64,
    /// Those of them with a replyTo.
    pub(super) requests: u64,
    /// Messages to this replica, which may be answers or for roles.
    pub(super) to_replica: u64,
    /// Messages sent to where somebody asked for an answer.
    pub(super) answers: u64,
}

impl Tap {
    pub(super) fn new(transport: Arc<dyn Transport>, replica: &ReplicaId) -> Self {
        Self { transport, own: SubjectFilter::replica(replica), seen: Arc::default() }
    }

    pub(super) fn passed(&self) -> Passed {
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Passed {
            received: count(&self.seen.received),
            requests: count(&self.seen.requests),
            to_replica: count(&self.seen.to_replica),
            answers: self.seen.log().answers,
        }
    }

    /// Ready when something more has been sent from now on.
    pub(super) fn changed(&self) -> Notified<'_> {
        self.seen.changed.notified()
    }

    /// The oldest message sent that is wanted; it is not told again.
    pub(super) fn take(&self, is_wanted: impl Fn(&Subject) -> bool) -> Option<Outgoing> {
        let mut log = self.seen.log();
        let at = log.sent.iter().position(|message| is_wanted(&message.subject))?;
        log.sent.remove(at)
    }

    /// Where messages have been sent that nobody has taken yet, the latest `count` of them.
    pub(super) fn subjects(&self, count: usize) -> Vec<Subject> {
        let log = self.seen.log();
        log.sent.iter().rev().take(count).rev().map(|message| message.subject.clone()).collect()
    }
}

impl Seen {
    fn log(&self) -> MutexGuard<'_, Log> {
        // A panic while holding the lock leaves whole entries behind.
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note_sent(&self, message: Outgoing) {
        let mut log = self.log();
        log.answers += u64::from(log.reply_tos.contains(&message.subject));
        if log.sent.len() >= KEPT {
            log.sent.pop_front();
        }
        log.sent.push_back(message);
        drop(log);
        self.changed.notify_waiters();
    }

    fn note_received(&self, message: &Incoming) {
        self.received.fetch_add(1, Ordering::Relaxed);
        if let Some(reply_to) = &message.reply_to {
            self.requests.fetch_add(1, Ordering::Relaxed);
            let mut log = self.log();
            if log.reply_tos.len() < KEPT && !log.reply_tos.contains(reply_to) {
                log.reply_tos.insert(reply_to.clone());
            }
        }
    }
}

/// What the chassis sends to itself.
fn is_own(subject: &Subject) -> bool {
    subject.replica_kind().is_some_and(|kind| kind.starts_with("ism."))
}

impl Transport for Tap {
    fn publish(&self, message: Outgoing) -> BoxFuture<'_, Result<(), TransportError>> {
        if is_own(&message.subject) {
            return self.transport.publish(message);
        }
        async move {
            self.transport.publish(message.clone()).await?;
            self.seen.note_sent(message);
            Ok(())
        }
        .boxed()
    }

    fn try_publish(&self, message: &Outgoing) -> Option<Result<(), TransportError>> {
        let sent = self.transport.try_publish(message)?;
        if sent.is_ok() && !is_own(&message.subject) {
            self.seen.note_sent(message.clone());
        }
        Some(sent)
    }

    fn subscribe(
        &self,
        filter: SubjectFilter,
        queue: Option<InstanceName>,
    ) -> BoxFuture<'_, Result<Box<dyn Subscription>, TransportError>> {
        async move {
            let is_for_roles = filter != self.own;
            let inner = self.transport.subscribe(filter, queue).await?;
            let tapped = Tapped { inner, is_for_roles, seen: self.seen.clone() };
            Ok(Box::new(tapped) as Box<dyn Subscription>)
        }
        .boxed()
    }

    fn flush(&self) -> BoxFuture<'_, Result<(), TransportError>> {
        self.transport.flush()
    }

    fn check_connection(&self) {
        self.transport.check_connection();
    }

    fn connection(&self) -> watch::Receiver<Connection> {
        self.transport.connection()
    }

    fn is_connected(&self) -> bool {
        self.transport.is_connected()
    }

    fn refusals(&self) -> broadcast::Receiver<Refusal> {
        self.transport.refusals()
    }

    fn max_payload(&self) -> usize {
        self.transport.max_payload()
    }

    fn dropped(&self) -> u64 {
        self.transport.dropped()
    }
}

struct Tapped {
    inner: Box<dyn Subscription>,
    is_for_roles: bool,
    seen: Arc<Seen>,
}

impl Stream for Tapped {
    type Item = Delivery;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Delivery>> {
        let delivery = ready!(self.inner.poll_next_unpin(cx));
        if let Some(Delivery::Message(message)) = &delivery {
            if self.is_for_roles {
                self.seen.note_received(message);
            } else if !is_own(&message.subject) {
                self.seen.to_replica.fetch_add(1, Ordering::Relaxed);
            }
        }
        Poll::Ready(delivery)
    }
}

impl Subscription for Tapped {
    fn stop(&mut self) -> BoxFuture<'_, Result<(), TransportError>> {
        self.inner.stop()
    }
}
