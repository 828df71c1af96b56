//! What all parts of a service share, and the handle that sends through it.

use std::{
    fmt,
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use futures::{FutureExt as _, TryFutureExt as _};
use kaa_ism::{
    Acknowledged, Acknowledgements, Answer, Bus, CallError, Clock, Deadline, Identity, InstanceName, Message,
    MessageKind, OneWay as _, Request, Response, SendError, SendOptions, Stamp, Subject, Timestamp,
    avro::{DecodeError, put_bytes},
};
use tokio::{sync::mpsc, task::coop, time::Instant};
use uuid::Uuid;

use crate::{
    Metrics,
    management::Readiness,
    metrics::Chassis,
    requests::{Addresses, Entered, Exchange, Id, Outcome, Pending, PendingCall, Refused, gather},
    trace,
    transport::{Outgoing, Transport},
};

/// How long a call takes at most, unless its options say otherwise (decision "open 13").
pub(crate) const CALL_TIMEOUT: Duration = Duration::from_secs(5);

/// How many calls wait at once at most.
pub(crate) const WAITING_CALLS: usize = 65_536;

/// A message to ourselves, to see that the bus carries messages.
pub(crate) const PING: MessageKind = MessageKind::from_static("ism.ping");

pub(crate) struct Core {
    pub(crate) identity: Identity,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) metrics: Metrics,
    pub(crate) pending: Arc<Pending>,
    addresses: Addresses,
    pub(crate) chassis: Chassis,
    pub(crate) readiness: Readiness,
    /// Whether somebody has looked at what is measured.
    is_looked_at: AtomicBool,
}

impl Core {
    pub(crate) fn new(identity: Identity, transport: Arc<dyn Transport>, clock: Arc<dyn Clock>) -> Self {
        let metrics = Metrics::new();
        let (chassis, readiness) = (Chassis::new(&metrics), Readiness::new(transport.dropped()));
        let addresses = Addresses::new(identity.replica.clone());
        let pending = Arc::new(Pending::new(WAITING_CALLS));
        Self {
            identity,
            transport,
            clock,
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

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
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

    /// Hands a message to the connection; gives up at the instant that `until` says if it is busy.
    pub(crate) async fn send(&self, message: Outgoing, until: impl FnOnce() -> Instant) -> Result<(), SendError> {
        match self.try_send(&message) {
            Some(Ok(())) => Ok(()),
            Some(Err(error)) => {
                // Whoever tries in a loop lets others run.
                coop::consume_budget().await;
                Err(error)
            }
            None => Box::pin(self.send_later(message, until())).await,
        }
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
        let end = Instant::now() + within;
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

/// What a service sends with: messages, events and calls, as itself. Cheap to clone; typed handles of the protocols are
/// made from it (`kaa_esp::Esp`, `kaa_endpoint::ecap::Ecap`, …).
#[derive(Clone)]
pub struct ServiceHandle(pub(crate) Arc<Core>);

impl ServiceHandle {
    /// What the service measures, and what its own parts add to it. Those that mirror the connection are as of this call.
    /// Times are measured from the first call on, or from when a [`Management`](crate::Management) got the service.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        self.0.is_looked_at.store(true, Ordering::Relaxed);
        self.0.chassis.refresh(&*self.0.transport, self.0.pending.waiting());
        &self.0.metrics
    }

    /// The current time of the service.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.0.now()
    }

    /// Whether there is a connection to the bus.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.0.transport.is_connected()
    }

    /// Sends a message to itself and waits for it, at most for `timeout`: the bus carries messages.
    ///
    /// # Errors
    ///
    /// [`SendError`] if it does not.
    pub async fn round_trip(&self, timeout: Duration) -> Result<(), SendError> {
        self.0.round_trip(timeout).await
    }

    /// Stamps a message. It keeps its correlation id, or gets that of the cause, or a new one.
    fn stamp<M: Message>(&self, message: &mut M, now: Timestamp, deadline: Deadline, cause: Option<String>) {
        let mut fresh = Uuid::encode_buffer();
        let correlation_id = match &cause {
            _ if !message.envelope().correlation_id.is_empty() => "",
            Some(cause) if !cause.is_empty() => cause,
            _ => Uuid::new_v4().hyphenated().encode_lower(&mut fresh),
        };
        message.stamp(&Stamp::new(correlation_id, now, deadline, &self.0.identity.replica));
    }

    fn exchange<R: Request>(
        &self,
        target: Option<Subject>,
        to: &InstanceName,
        mut request: R,
        options: SendOptions,
    ) -> (Exchange<R>, Outgoing) {
        let now = self.0.now();
        let deadline = options.deadline.min(Deadline::after(now, options.timeout.unwrap_or(CALL_TIMEOUT)));
        self.stamp(&mut request, now, deadline, options.correlation_id);
        let id = request.envelope().correlation_id.into();
        let (subject, reply_to) = self.0.addresses.of(to, R::KIND, <R::Response as Response>::KIND);
        let message = Outgoing::new(target.unwrap_or(subject), Some(reply_to), request.to_bytes());
        let within = deadline.remaining(now).unwrap_or(CALL_TIMEOUT);
        (Exchange::new(self.0.clone(), to.clone(), id, within), trace::inherited(message))
    }
}

impl Bus for ServiceHandle {
    fn identity(&self) -> &Identity {
        &self.0.identity
    }

    async fn publish<M: Message>(
        &self,
        subject: Subject,
        answer: Option<MessageKind>,
        mut message: M,
        options: SendOptions,
    ) -> Result<(), SendError> {
        let now = self.0.now();
        let deadline = match options.timeout {
            Some(timeout) => options.deadline.min(Deadline::after(now, timeout)),
            None => options.deadline,
        };
        self.stamp(&mut message, now, deadline, options.correlation_id);
        let within = deadline.remaining(now).unwrap_or(CALL_TIMEOUT);
        let reply_to = answer.map(|kind| Subject::replica(&self.0.identity.replica, kind));
        let core = &*self.0;
        let until = || Instant::now() + within;
        let message = trace::inherited(Outgoing::new(subject, reply_to, message.to_bytes()));
        let Some(kind) = answer else { return core.send(message, until).await };
        let later = || Box::pin(core.send_later(message.clone(), until()));
        core.pending.one_way(kind, message.subject.clone(), || core.try_send(&message), later).await
    }

    fn call<R: Request>(
        &self,
        to: &InstanceName,
        request: R,
        options: SendOptions,
    ) -> impl Future<Output = Result<R::Response, CallError>> + Send {
        self.call_with_reply_to(None, to, request, options).map_ok(|(response, _)| response)
    }

    fn call_with_reply_to<R: Request>(
        &self,
        subject: Option<Subject>,
        to: &InstanceName,
        request: R,
        options: SendOptions,
    ) -> impl Future<Output = Result<(R::Response, Option<Subject>), CallError>> + Send {
        let retry = options.retry;
        // Encoded here: the future holds the bytes, not the request too.
        let (exchange, message) = self.exchange(subject, to, request, options);
        async move {
            if let Some(retry) = retry {
                return Box::pin(exchange.persist(message, retry)).await;
            }
            let call = exchange.begin(&message).await?;
            drop(message);
            exchange.answer(call).await
        }
    }

    fn begin<R: Request>(
        &self,
        to: &InstanceName,
        request: R,
        options: SendOptions,
    ) -> impl Future<Output = Result<Answer<R>, CallError>> + Send {
        let (exchange, message) = self.exchange(None, to, request, options);
        async move {
            let call = exchange.begin(&message).await?;
            Ok(async move { exchange.answer(call).await.map(|(response, _)| response) }.boxed())
        }
    }

    async fn gather<E: Acknowledged>(
        &self,
        mut event: E,
        options: SendOptions,
    ) -> Result<Acknowledgements<E::Acknowledgement>, CallError> {
        let subject = event.subject(&self.0.identity.instance).map_err(SendError::from)?;
        let now = self.0.now();
        let deadline = options.deadline.min(Deadline::after(now, options.timeout.unwrap_or(CALL_TIMEOUT)));
        self.stamp(&mut event, now, deadline, options.correlation_id);
        let id = event.envelope().correlation_id.into();
        let reply_to = Subject::replica(&self.0.identity.replica, E::Acknowledgement::KIND);
        let message = trace::inherited(Outgoing::new(subject, Some(reply_to), event.to_bytes()));
        let within = deadline.remaining(now).unwrap_or(CALL_TIMEOUT);
        let answers = gather::<E::Acknowledgement>(self.0.clone(), id, message, within).await?;
        Ok(Acknowledgements::new(answers))
    }
}

impl fmt::Debug for ServiceHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ServiceHandle").field(&self.0.identity).finish()
    }
}
