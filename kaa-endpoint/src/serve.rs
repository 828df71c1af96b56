//! Handlers for the requests of one role.

use std::{future::Future, sync::Arc};

use bytes::Bytes;
use kaa_ism::{Answering, Context, Handler, Handlers, Interest, Request, Response, Status};

/// Requests with the same lane are handled in order of arrival; `None`: in no order.
pub(crate) type Lane<R> = fn(&R) -> Option<&str>;

/// Adds a handler that answers the requests of one type with a method of `role`.
pub(crate) fn serve<R, S, M, Fut>(handlers: &mut impl Handlers, role: &Arc<S>, lane: Lane<R>, method: M)
where
    R: Request,
    S: Send + Sync + 'static,
    M: Fn(Arc<S>, R, Context) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<R::Response, Status>> + Send,
{
    handlers.add(Served { role: role.clone(), lane, method });
}

struct Served<R, S, M> {
    role: Arc<S>,
    lane: Lane<R>,
    method: M,
}

impl<R, S, M, Fut> Handler for Served<R, S, M>
where
    R: Request,
    S: Send + Sync + 'static,
    M: Fn(Arc<S>, R, Context) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<R::Response, Status>> + Send,
{
    type Message = R;
    type Output = R::Response;

    fn interest(&self) -> Interest {
        Interest::Targeted(R::KIND)
    }

    fn lane<'m>(&self, request: &'m R) -> Option<&'m str> {
        (self.lane)(request)
    }

    fn handle(&self, request: R, context: Context) -> impl Future<Output = Result<R::Response, Status>> + Send {
        (self.method)(self.role.clone(), request, context)
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
