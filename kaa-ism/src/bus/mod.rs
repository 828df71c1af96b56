//! Sending, as the handles of the protocol crates see it.

mod acknowledgements;
mod error;
mod options;

use std::{future::Future, pin::Pin};

pub use self::{
    acknowledgements::{Acknowledged, Acknowledgement, Acknowledgements},
    error::{CallError, RequestError, SendError},
    options::{Retry, SendOptions},
};
use crate::{
    Event, Identity, InstanceName, InvalidSubject, Message, MessageKind, OneWay, Request, Response as _, Subject,
};

/// Where messages leave. A runtime implements it; protocol crates put their typed handles on it.
pub trait Bus: Clone + Send + Sync + 'static {
    /// Who is sending.
    fn identity(&self) -> &Identity;

    /// Publishes a message to `subject`; the common fields are filled in, by the time of the call (a correlation id that is set
    /// is kept). With `answer`, answers of that kind are expected at this replica (ISM-021).
    ///
    /// Delivery is at most once: `Ok` says that the message has been handed to the connection. Dropping the future before it
    /// is ready sends nothing or all.
    ///
    /// # Errors
    ///
    /// [`SendError`] if there is no connection, or the message is larger than the bus takes.
    fn publish<M: Message>(
        &self,
        subject: Subject,
        answer: Option<MessageKind>,
        message: M,
        options: SendOptions,
    ) -> impl Future<Output = Result<(), SendError>> + Send;

    /// Publishes an event as this instance.
    ///
    /// # Errors
    ///
    /// Those of [`publish`](Self::publish), and [`SendError::NoSubject`] if the event does not know its subject.
    fn broadcast<E: Event>(&self, event: E) -> impl Future<Output = Result<(), SendError>> + Send {
        let subject = event.subject(&self.identity().instance);
        unless_invalid(subject.map(|subject| self.publish(subject, None, event, SendOptions::default())))
    }

    /// Publishes an event whose subject has tokens that are no fields: `variables`.
    ///
    /// # Errors
    ///
    /// Those of [`publish`](Self::publish), and [`SendError::NoSubject`] if these do not make a subject.
    fn broadcast_with<E: Event>(
        &self,
        event: E,
        variables: &[&str],
    ) -> impl Future<Output = Result<(), SendError>> + Send {
        let subject = event.subject_with(&self.identity().instance, variables);
        unless_invalid(subject.map(|subject| self.publish(subject, None, event, SendOptions::default())))
    }

    /// Sends a one-way message to a service instance, with the variable token of its subject if it has one.
    ///
    /// `Ok` says that the message has been handed to the connection. It does not say that somebody listens: what becomes of
    /// a one-way message nobody is told. Who has to know makes a request of it.
    ///
    /// # Errors
    ///
    /// Those of [`publish`](Self::publish), and [`SendError::NoSubject`] if `variables` do not make a subject.
    fn tell<M: OneWay>(
        &self,
        to: &InstanceName,
        message: M,
        variables: &[&str],
    ) -> impl Future<Output = Result<(), SendError>> + Send {
        let subject = M::subject_with(to, variables);
        unless_invalid(subject.map(|subject| self.publish(subject, None, message, SendOptions::default())))
    }

    /// Publishes an event and collects the acknowledgements of its receivers, for the timeout of the options, else as long as
    /// a call may take.
    ///
    /// # Errors
    ///
    /// As for [`call`](Self::call) before anything is answered.
    fn gather<E: Acknowledged>(
        &self,
        event: E,
        options: SendOptions,
    ) -> impl Future<Output = Result<Acknowledgements<E::Acknowledgement>, CallError>> + Send;

    /// Sends a request to a service instance and waits for an answer with a status of 2xx.
    ///
    /// # Errors
    ///
    /// [`RequestError::Refused`] with any other status, [`RequestError::NoAnswer`] if there is no answer.
    fn request<R: Request>(
        &self,
        to: &InstanceName,
        request: R,
        options: SendOptions,
    ) -> impl Future<Output = Result<R::Response, RequestError>> + Send {
        let call = self.call(to, request, options);
        async move {
            let response = call.await?;
            let status = response.status();
            if status.code().is_success() { Ok(response) } else { Err(RequestError::Refused(status)) }
        }
    }

    /// Sends a request to `subject`, else to the instance `to`, and waits for the answer; returns its replyTo too. For sessions
    /// that stay with one replica (4/ESP, ESP-014).
    ///
    /// # Errors
    ///
    /// As for [`call`](Self::call).
    fn call_with_reply_to<R: Request>(
        &self,
        subject: Option<Subject>,
        to: &InstanceName,
        request: R,
        options: SendOptions,
    ) -> impl Future<Output = Result<(R::Response, Option<Subject>), CallError>> + Send;

    /// Sends a request to a service instance and waits for the answer, whatever its status is.
    ///
    /// Dropping the future forgets the request; an answer that comes later is counted and thrown away. With
    /// [`SendOptions::retry`] a call that fails is tried again within its deadline.
    ///
    /// # Errors
    ///
    /// [`CallError`]: nobody listens, no answer in time, no connection, an answer that cannot be read, too many calls under way.
    fn call<R: Request>(
        &self,
        to: &InstanceName,
        request: R,
        options: SendOptions,
    ) -> impl Future<Output = Result<R::Response, CallError>> + Send;

    /// The same in two steps: the outer future is ready when the request has been handed to the connection, the inner
    /// one when the answer is there, with its replyTo. For who has to keep an order, or to acknowledge that a message
    /// has been passed on.
    ///
    /// The request goes to `subject`, else to the instance `to`, as with
    /// [`call_with_reply_to`](Self::call_with_reply_to). It is sent once: [`SendOptions::retry`] has no effect.
    ///
    /// # Errors
    ///
    /// As for [`call`](Self::call).
    fn begin<R: Request>(
        &self,
        subject: Option<Subject>,
        to: &InstanceName,
        request: R,
        options: SendOptions,
    ) -> impl Future<Output = Result<Answer<R>, CallError>> + Send;
}

/// The answer that is still to come, and its replyTo. Dropping it forgets the request.
pub type Answer<R> =
    Pin<Box<dyn Future<Output = Result<(<R as Request>::Response, Option<Subject>), CallError>> + Send>>;

/// Sends, if there is a subject to send to.
#[expect(
    clippy::manual_async_fn,
    reason = "an async function, or `?`, would keep a further place for the future, which is moved"
)]
fn unless_invalid<F: Future<Output = Result<(), SendError>> + Send>(
    sending: Result<F, InvalidSubject>,
) -> impl Future<Output = Result<(), SendError>> + Send {
    async move {
        match sending {
            Ok(sending) => sending.await,
            Err(error) => Err(error.into()),
        }
    }
}
