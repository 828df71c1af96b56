//! What all parts of a service share, and the handle that sends through it.

use std::{fmt, sync::Arc, time::Duration};

use kaa_ism::{
    Bus, CallError, Clock, Deadline, Identity, InstanceName, Message, MessageKind, Request, SendError, SendOptions,
    Stamp, Subject, Timestamp, avro::put_bytes,
};
use uuid::Uuid;

use crate::{
    Counter, Counters,
    requests::{Outcome, Pending, Refused},
    transport::{Outgoing, Transport},
};

/// How long a call takes at most, unless its options say otherwise (decision "open 13").
pub(crate) const CALL_TIMEOUT: Duration = Duration::from_secs(5);

/// How many calls wait at once at most.
const WAITING_CALLS: usize = 65_536;

/// A message to ourselves, to see that the bus carries messages.
pub(crate) const PING: MessageKind = MessageKind::from_static("ism.ping");

pub(crate) struct Core {
    pub(crate) identity: Identity,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) counters: Counters,
    pub(crate) pending: Arc<Pending>,
    late: Counter,
}

impl Core {
    pub(crate) fn new(identity: Identity, transport: Arc<dyn Transport>, clock: Arc<dyn Clock>) -> Self {
        let counters = Counters::new();
        let late = counters.counter("kaa_late_answers_total", &[]);
        Self { identity, transport, clock, counters, pending: Arc::new(Pending::new(WAITING_CALLS)), late }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn count_late(&self) {
        self.late.increment();
    }

    /// Hands a message to the connection, within the time that is left.
    pub(crate) async fn send(&self, message: Outgoing, within: Duration) -> Result<(), SendError> {
        if !*self.transport.connected().borrow() {
            return Err(SendError::Disconnected);
        }
        match tokio::time::timeout(within, self.transport.publish(message)).await {
            Ok(sent) => sent.map_err(SendError::from),
            Err(_) => Err(SendError::Busy),
        }
    }

    /// Sends a message to ourselves and waits for it: the bus works, and all subscriptions made before are active.
    pub(crate) async fn round_trip(&self, within: Duration) -> Result<(), SendError> {
        let id = Uuid::new_v4().to_string();
        let mut body = Vec::new();
        put_bytes(&mut body, id.as_bytes());
        let subject = Subject::replica(&self.identity.replica, PING);
        let call = self.pending.register(id, PING, subject.clone()).map_err(|_| SendError::Busy)?;
        self.send(Outgoing::new(subject, None, body.into()), within).await?;
        let mut call = call;
        match tokio::time::timeout(within, &mut call.outcome).await {
            Ok(Ok(Outcome::Answer(_))) => Ok(()),
            Ok(_) => Err(SendError::Disconnected),
            Err(_) => Err(SendError::Busy),
        }
    }
}

/// What a service sends with: messages, events and calls, as itself. Cheap to clone; typed handles of the protocols are
/// made from it (`kaa_esp::Esp`, `kaa_endpoint::ecap::Ecap`, …).
#[derive(Clone)]
pub struct ServiceHandle(pub(crate) Arc<Core>);

impl ServiceHandle {
    /// The counters of the service.
    #[must_use]
    pub fn counters(&self) -> &Counters {
        &self.0.counters
    }

    /// The current time of the service.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.0.now()
    }

    /// Whether there is a connection to the bus.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        *self.0.transport.connected().borrow()
    }

    /// Sends a message to itself and waits for it, at most for `timeout`: the bus carries messages.
    ///
    /// # Errors
    ///
    /// [`SendError`] if it does not.
    pub async fn round_trip(&self, timeout: Duration) -> Result<(), SendError> {
        self.0.round_trip(timeout).await
    }

    fn stamp<M: Message>(&self, message: &mut M, now: Timestamp, deadline: Deadline, correlation_id: Option<String>) {
        let fresh;
        let correlation_id = match &correlation_id {
            Some(id) if !id.is_empty() => id.as_str(),
            _ if message.envelope().correlation_id.is_empty() => {
                fresh = Uuid::new_v4().to_string();
                &fresh
            }
            _ => "",
        };
        message.stamp(&Stamp::new(correlation_id, now, deadline, &self.0.identity.replica));
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
        let one_way = answer.map(|kind| self.0.pending.one_way(kind, subject.clone()));
        let reply_to = answer.map(|kind| Subject::replica(&self.0.identity.replica, kind));
        let sent = self.0.send(Outgoing::new(subject, reply_to, message.to_bytes()), within).await;
        if let Some(one_way) = one_way {
            one_way.sent(&sent);
        }
        sent
    }

    async fn call<R: Request>(
        &self,
        to: &InstanceName,
        mut request: R,
        options: SendOptions,
    ) -> Result<R::Response, CallError> {
        let now = self.0.now();
        let deadline = options.deadline.min(Deadline::after(now, options.timeout.unwrap_or(CALL_TIMEOUT)));
        self.stamp(&mut request, now, deadline, options.correlation_id);
        let id = request.envelope().correlation_id.to_owned();
        let (subject, kind) = (Subject::service(to, R::KIND), <R::Response as kaa_ism::Response>::KIND);
        let mut call = match self.0.pending.register(id.clone(), kind, subject.clone()) {
            Ok(call) => call,
            Err(Refused::Full) => return Err(CallError::Overloaded { waiting: WAITING_CALLS }),
            Err(Refused::Duplicate) => return Err(CallError::DuplicateId { correlation_id: id }),
        };
        let waited = deadline.remaining(now).unwrap_or(CALL_TIMEOUT);
        let reply_to = Subject::replica(&self.0.identity.replica, kind);
        let timeout = || CallError::Timeout { instance: to.clone(), kind: R::KIND, waited };
        let exchange = async {
            let sent = self.0.send(Outgoing::new(subject, Some(reply_to), request.to_bytes()), waited).await;
            call.sent(&sent);
            sent?;
            Ok(match (&mut call.outcome).await {
                Ok(outcome) => outcome,
                Err(_) => Outcome::Disconnected,
            })
        };
        match tokio::time::timeout(waited, exchange).await {
            Err(_) => Err(timeout()),
            Ok(Err(error)) => Err(CallError::NotSent(error)),
            Ok(Ok(Outcome::Disconnected)) => Err(CallError::Disconnected),
            Ok(Ok(Outcome::NoResponders)) => Err(CallError::NoResponders { instance: to.clone(), kind: R::KIND }),
            Ok(Ok(Outcome::Answer(body))) => match R::Response::decode_prefix(&body) {
                Ok((response, _)) => Ok(response),
                Err(source) => Err(CallError::Undecodable { instance: to.clone(), source }),
            },
        }
    }
}

impl fmt::Debug for ServiceHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ServiceHandle").field(&self.0.identity).finish()
    }
}
