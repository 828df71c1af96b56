//! The generic role that answers requests.

use std::{fmt, future::Future, marker::PhantomData};

use bytes::Bytes;
use kaa_protocol::Status;

use crate::{Answering, Context, Handler, Handlers, Interest, Request, Response, Role};

/// Answers the requests of one type. A closure `async |request: R, context: Context| …` is one too; with state,
/// `move |request: R, context: Context| { let state = state.clone(); async move { … } }`.
///
/// Requests about one endpoint are handled one after the other, in order of arrival, others concurrently. Every request with a replyTo gets exactly one answer: the returned
/// response, or a refusal with the returned status, also when handling panics (500) or outlasts the deadline (504).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no responder",
    label = "neither implements `Responder` nor is a closure of the right form",
    note = "a closure has the form `async |request: R, context: Context| -> Result<R::Response, Status>`, where `R` is the type of the request; with state, `move |request: R, context: Context| {{ let state = state.clone(); async move {{ .. }} }}`"
)]
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

/// A role of one handler.
pub(crate) struct Single<H>(pub(crate) H);

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
            Err(status) => R::Response::refusal(answering.read_message::<R>()?, &status),
        };
        Some(answering.stamped(answer))
    }

    fn refuse_unread(&self, answering: Answering<'_>, status: &Status) -> Option<Bytes> {
        Some(answering.stamped(R::Response::bare(status)))
    }
}

impl<R, P> fmt::Debug for RespondTo<R, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RespondTo")
    }
}
