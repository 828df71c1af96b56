//! The handle that sends through a service.

use std::{fmt, future::Future, sync::Arc, time::Duration};

use futures::{FutureExt as _, TryFutureExt as _, future::Either};
use kaa_ism::{
    Acknowledged, Acknowledgements, Answer, Bus, CallError, Deadline, Identity, InstanceName, Message, MessageKind,
    OneWay as _, Request, Response, SendError, SendOptions, Stamp, Subject, Timestamp,
};
use tokio::task::coop;
use uuid::Uuid;

use crate::{
    Metrics,
    core::{CALL_TIMEOUT, Core, after},
    requests::{Exchange, gather},
    trace,
    transport::Outgoing,
};

/// What a service sends with: messages, events and calls, as itself. Cheap to clone; typed handles of the protocols are
/// made from it (`kaa_esp::Esp`, `kaa_endpoint::ecap::Ecap`, …). It writes for peers of the release
/// [`Settings::wire_revision`](crate::Settings::wire_revision), and reads their answers.
#[derive(Clone)]
pub struct ServiceHandle(pub(crate) Arc<Core>);

impl ServiceHandle {
    /// What the service measures, and what its own parts add to it. Those that mirror the connection are as of this call.
    /// Times are measured from the first call on, or from when a [`Management`](crate::Management) got the service.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        self.0.measure_times();
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
        let message =
            Outgoing::new(target.unwrap_or(subject), Some(reply_to), request.to_bytes_revision(self.0.revision));
        let within = deadline.remaining(now).unwrap_or(CALL_TIMEOUT);
        (Exchange::new(self.0.clone(), to.clone(), id, within), message)
    }
}

impl Bus for ServiceHandle {
    fn identity(&self) -> &Identity {
        &self.0.identity
    }

    fn publish<M: Message>(
        &self,
        subject: Subject,
        answer: Option<MessageKind>,
        mut message: M,
        options: SendOptions,
    ) -> impl Future<Output = Result<(), SendError>> + Send {
        let now = self.0.now();
        let deadline = match options.timeout {
            Some(timeout) => options.deadline.min(Deadline::after(now, timeout)),
            None => options.deadline,
        };
        self.stamp(&mut message, now, deadline, options.correlation_id);
        let within = deadline.remaining(now).unwrap_or(CALL_TIMEOUT);
        let reply_to = answer.map(|kind| Subject::replica(&self.0.identity.replica, kind));
        // Encoded here: the future holds the bytes, not the message too.
        let message = Outgoing::new(subject, reply_to, message.to_bytes_revision(self.0.revision));
        match answer {
            None => Either::Left(self.0.send(message, move || after(within))),
            // In a box: few messages name a replyTo that nobody waits for.
            Some(answer) => Either::Right(self.0.send_answerable(message, answer, move || after(within)).boxed()),
        }
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
        let (exchange, mut message) = self.exchange(subject, to, request, options);
        async move {
            trace::inherit(&mut message);
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
        subject: Option<Subject>,
        to: &InstanceName,
        request: R,
        options: SendOptions,
    ) -> impl Future<Output = Result<Answer<R>, CallError>> + Send {
        let (exchange, mut message) = self.exchange(subject, to, request, options);
        async move {
            trace::inherit(&mut message);
            // Whoever begins calls in a loop lets others run, the connection too.
            coop::consume_budget().await;
            let call = exchange.begin(&message).await?;
            drop(message);
            Ok(async move { exchange.answer(call).await }.boxed())
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
        let mut message = Outgoing::new(subject, Some(reply_to), event.to_bytes_revision(self.0.revision));
        trace::inherit(&mut message);
        coop::consume_budget().await;
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
