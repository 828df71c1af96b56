//! The generic roles: answer a request, listen to an event.

use std::{fmt, future::Future, marker::PhantomData};

use bytes::Bytes;
use kaa_protocol::Status;

use crate::{
    Answering, Context, Event, Fanout, Handler, Handlers, InstanceName, Interest, Request, Response, Role,
    SubjectFilter,
};

/// Answers the requests of one type. A closure `async |request: R, context: Context| …` is one too; with state,
/// `move |request: R, context: Context| { let state = state.clone(); async move { … } }`.
///
/// Requests are handled concurrently and in no order. Every request with a replyTo gets exactly one answer: the returned
/// response, or a refusal with the returned status, also when handling panics (500) or outlasts the deadline (504).
pub trait Responder<R: Request>: Send + Sync + 'static {
    /// Answers one request. Ids and time stamps of the response are filled in afterwards.
    fn respond(&self, request: R, context: Context) -> impl Future<Output = Result<R::Response, Status>> + Send;
}

impl<R: Request, F, Fut> Responder<R> for F
where
    F: Fn(R, Context) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<R::Response, Status>> + Send,
{
    fn respond(&self, request: R, context: Context) -> impl Future<Output = Result<R::Response, Status>> + Send {
        self(request, context)
    }
}

/// The role of a [`Responder`].
pub fn respond<R: Request>(responder: impl Responder<R>) -> impl Role {
    Single(RespondTo { responder, request: PhantomData })
}

/// Listens to the events of one type. A closure `async |event: E, context: Context| …` is one too; with state,
/// `move |event: E, context: Context| { let state = state.clone(); async move { … } }`.
///
/// Events are handled concurrently, in no order. They are broadcast at most once: one that arrives while nobody listens is
/// gone.
pub trait EventListener<E: Event>: Send + Sync + 'static {
    /// Handles one event. An error is logged and counted; nobody is told.
    fn on_event(&self, event: E, context: Context) -> impl Future<Output = Result<(), Status>> + Send;
}

impl<E: Event, F, Fut> EventListener<E> for F
where
    F: Fn(E, Context) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<(), Status>> + Send,
{
    fn on_event(&self, event: E, context: Context) -> impl Future<Output = Result<(), Status>> + Send {
        self(event, context)
    }
}

/// Whose events to listen to.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Originator {
    /// Those of every service instance.
    #[default]
    Any,
    /// Those of one service instance.
    Instance(InstanceName),
}

/// The role of an [`EventListener`].
pub fn listen<E: Event>(originator: Originator, fanout: Fanout, listener: impl EventListener<E>) -> impl Role {
    let filter = match originator {
        Originator::Any => SubjectFilter::event_of_any(E::KIND),
        Originator::Instance(instance) => SubjectFilter::event(&instance, E::KIND),
    };
    Single(ListenTo { listener, filter, fanout, event: PhantomData })
}

struct Single<H>(H);

impl<H: Handler> Role for Single<H> {
    fn install(self, handlers: &mut impl Handlers) {
        handlers.add(self.0);
    }
}

struct RespondTo<R, P> {
    responder: P,
    request: PhantomData<fn(R)>,
}

impl<R: Request, P: Responder<R>> Handler for RespondTo<R, P> {
    type Message = R;
    type Output = R::Response;

    fn interest(&self) -> Interest {
        Interest::Targeted(R::KIND)
    }

    fn handle(&self, request: R, context: Context) -> impl Future<Output = Result<R::Response, Status>> + Send {
        self.responder.respond(request, context)
    }

    fn answer(&self, answering: Answering<'_>, result: Result<R::Response, Status>) -> Option<Bytes> {
        let answer = match result {
            Ok(response) => response,
            Err(status) => R::Response::refusal(answering.read::<R>()?, &status),
        };
        Some(answering.stamped(answer))
    }
}

struct ListenTo<E, L> {
    listener: L,
    filter: SubjectFilter,
    fanout: Fanout,
    event: PhantomData<fn(E)>,
}

impl<E: Event, L: EventListener<E>> Handler for ListenTo<E, L> {
    type Message = E;
    type Output = ();

    fn interest(&self) -> Interest {
        Interest::Events(self.filter.clone(), self.fanout)
    }

    fn handle(&self, event: E, context: Context) -> impl Future<Output = Result<(), Status>> + Send {
        self.listener.on_event(event, context)
    }
}

impl<R, P> fmt::Debug for RespondTo<R, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RespondTo")
    }
}
