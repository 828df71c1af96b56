//! What all parts of a service share.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use kaa_ism::{
    Clock, Deadline, Identity, MessageKind, SendError, Subject, Timestamp, WireRevision,
    avro::{DecodeError, put_bytes},
};
use tokio::{sync::mpsc, task::coop, time::Instant};
use uuid::Uuid;

use crate::{
    Metrics,
    management::Readiness,
    metrics::Chassis,
    requests::{Addresses, Entered, Id, Outcome, Pending, PendingCall, Refused},
    trace,
    transport::{Outgoing, Transport},
};

/// How long a call takes at most, unless its options say otherwise (decision "open 13").
pub(crate) const CALL_TIMEOUT: Duration = Duration::from_secs(5);

/// How many calls wait at once at most.
pub(crate) const WAITING_CALLS: usize = 65_536;

/// A message to ourselves, to see that the bus carries messages.
pub(crate) const PING: MessageKind = MessageKind::from_static("ism.ping");

/// So far away that it never comes.
const NEVER_COMES: Duration = Duration::from_secs(60 * 60 * 24 * 365);

/// The instant after `time`, however long that is.
pub(crate) fn after(time: Duration) -> Instant {
    Instant::now() + time.min(NEVER_COMES)
}

pub(crate) struct Core {
    pub(crate) identity: Identity,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) clock: Arc<dyn Clock>,
    /// The release of the peers.
    pub(crate) revision: WireRevision,
    pub(crate) metrics: Metrics,
    pub(crate) pending: Arc<Pending>,
    pub(crate) addresses: Addresses,
    pub(crate) chassis: Chassis,
    pub(crate) readiness: Readiness,
    /// Whether somebody has looked at what is measured.
    is_looked_at: AtomicBool,
}

impl Core {
    pub(crate) fn new(
        identity: Identity,
        transport: Arc<dyn Transport>,
        clock: Arc<dyn Clock>,
        revision: WireRevision,
    ) -> Self {
        let metrics = Metrics::new();
        let (chassis, readiness) = (Chassis::new(&metrics), Readiness::new(transport.dropped()));
        let addresses = Addresses::new(identity.replica.clone());
        let pending = Arc::new(Pending::new(WAITING_CALLS));
        Self {
            identity,
            transport,
            clock,
            revision,
            metrics,
            pending,
            addresses,
            chassis,
            readiness,
            is_looked_at: AtomicBool::new(false),
        }
    }

    /// Whether times are measured: a message pays for it.
    pub(crate) fn measures_times(&self) -> bool {
        self.is_looked_at.load(Ordering::Relaxed)
    }

    /// From now on they are.
    pub(crate) fn measure_times(&self) {
        self.is_looked_at.store(true, Ordering::Relaxed);
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Whether a deadline has passed. The clock is not looked at for who has none.
    pub(crate) fn is_past(&self, deadline: Deadline) -> bool {
        deadline != Deadline::NEVER && deadline.is_expired(self.now())
    }

    pub(crate) fn count_late(&self) {
        self.chassis.late_answers.increment();
    }

    /// Bytes left over behind an answer: its sender has a newer release.
    pub(crate) fn count_left_over(&self, message: &str, left: usize) {
        let counter = self.metrics.counter("kaa_left_over_bytes_total", &[("message", message)]);
        counter.add(u64::try_from(left).unwrap_or(u64::MAX));
    }

    /// An answer that cannot be read.
    pub(crate) fn count_undecodable(&self, message: &str, error: &DecodeError) {
        let labels = [("message", message), ("outcome", "undecodable")];
        self.metrics.counter("kaa_messages_total", &labels).increment();
        tracing::debug!(message_type = message, %error, "an answer cannot be read");
    }

    /// Hands a message to the connection if that takes it at once; `None` if it is busy.
    pub(crate) fn try_send(&self, message: &Outgoing) -> Option<Result<(), SendError>> {
        let sent = match self.transport.is_connected() {
            true => self.transport.try_publish(message)?.map_err(SendError::from),
            false => Err(SendError::Disconnected),
        };
        self.chassis.sent(&sent);
        Some(sent)
    }

    /// Hands a message to a connection that was busy; gives up at `end`.
    pub(crate) async fn send_later(&self, message: Outgoing, end: Instant) -> Result<(), SendError> {
        let sent = match tokio::time::timeout_at(end, self.transport.publish(message)).await {
            Ok(sent) => sent.map_err(SendError::from),
            Err(_) => Err(SendError::Busy),
        };
        self.chassis.sent(&sent);
        sent
    }

    /// Hands a message to the connection, with the trace of what is being handled; gives up at the instant that `until` says if
    /// it is busy.
    #[expect(clippy::manual_async_fn, reason = "an async function would keep a second place for the message")]
    pub(crate) fn send(
        &self,
        mut message: Outgoing,
        until: impl FnOnce() -> Instant + Send,
    ) -> impl Future<Output = Result<(), SendError>> + Send {
        async move {
            trace::inherit(&mut message);
            match self.try_send(&message) {
                Some(sent) => {
                    // Whoever sends in a loop lets others run, the connection too.
                    coop::consume_budget().await;
                    sent
                }
                None => Box::pin(self.send_later(message, until())).await,
            }
        }
    }

    /// The same for one whose answers, of the kind `answer`, nobody waits for.
    pub(crate) async fn send_answerable(
        &self,
        mut message: Outgoing,
        answer: MessageKind,
        until: impl Fn() -> Instant + Send,
    ) -> Result<(), SendError> {
        trace::inherit(&mut message);
        let later = || Box::pin(self.send_later(message.clone(), until()));
        let sent = self.pending.one_way(answer, message.subject.clone(), || self.try_send(&message), later).await;
        coop::consume_budget().await;
        sent
    }

    /// Hands a call to the connection, which then waits until `end` for an answer of the kind `answer`. With `answers`, all of
    /// them are given there.
    pub(crate) async fn begin(
        &self,
        id: Id,
        answer: MessageKind,
        message: &Outgoing,
        end: Instant,
        answers: Option<mpsc::Sender<Bytes>>,
    ) -> Result<PendingCall, Refused> {
        let target = message.subject.clone();
        match self.pending.enter(id, answer, target, end, answers, || self.try_send(message)) {
            Ok(Entered::HandedOver(call)) => Ok(call),
            // In a box: nearly all are handed over at once.
            Ok(Entered::Busy(call)) => Box::pin(self.begin_later(call, message.clone(), end)).await,
            Err(refused) => {
                coop::consume_budget().await;
                Err(refused)
            }
        }
    }

    async fn begin_later(
        &self,
        mut call: PendingCall,
        message: Outgoing,
        end: Instant,
    ) -> Result<PendingCall, Refused> {
        let sent = self.send_later(message, end).await;
        call.handed_over(sent).map_err(Refused::NotSent)?;
        Ok(call)
    }

    /// Sends a message to ourselves and waits for it: the bus works, and all subscriptions made before are active.
    pub(crate) async fn round_trip(&self, within: Duration) -> Result<(), SendError> {
        let id = Uuid::new_v4().to_string();
        let mut body = Vec::new();
        put_bytes(&mut body, id.as_bytes());
        let subject = Subject::replica(&self.identity.replica, PING);
        let end = after(within);
        let message = Outgoing::new(subject, None, body.into());
        let mut call = match self.begin(id.as_str().into(), PING, &message, end, None).await {
            Ok(call) => call,
            Err(Refused::NotSent(error)) => return Err(error),
            Err(Refused::Full | Refused::Duplicate) => return Err(SendError::Busy),
        };
        match call.outcome().await {
            Outcome::Answer(..) => Ok(()),
            Outcome::NoResponders | Outcome::Disconnected => Err(SendError::Disconnected),
            Outcome::TimedOut => Err(SendError::Busy),
            Outcome::NotAllowed(subject) => Err(SendError::NotAllowed { subject }),
        }
    }
}
