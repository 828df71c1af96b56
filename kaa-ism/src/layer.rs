//! What users put around handlers.

use std::{future::Future, sync::Arc};

use bytes::Bytes;
use kaa_protocol::Status;

use crate::{Answering, Context, Deadline, Handler, Handlers, Interest, Message as _, MessageKind, Role, Subject};

/// A message that is about to be handled, as a [`Layer`] sees it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Call {
    /// The name of the message, for example `ClientData`.
    pub message: &'static str,
    /// Where it was published.
    pub subject: Subject,
    /// Its correlation id.
    pub correlation_id: String,
    /// The lane that it is handled in, if it has one: its endpoint.
    pub lane: Option<String>,
    /// When it expires.
    pub deadline: Deadline,
}

/// Something around the handlers of a role: who may do what, how often, what is written down.
///
/// What the runtime does is around it, in this order: counters and times, trace, deadline and cancellation, panics, then layers
/// from the outermost to the innermost, then the handler. So a layer may refuse, wait, or panic like a handler, and it sees the
/// status that a handler returned; one that is dropped was out of time.
///
/// ```
/// use std::future::Future;
///
/// use kaa_ism::{Call, Layer, Status};
///
/// /// Lets only some endpoints in.
/// struct Beta;
///
/// impl Layer for Beta {
///     async fn around<T: Send>(
///         &self,
///         call: Call,
///         next: impl Future<Output = Result<T, Status>> + Send,
///     ) -> Result<T, Status> {
///         match call.lane.as_deref() {
///             Some(endpoint) if endpoint.starts_with("beta-") => next.await,
///             _ => Err(Status::forbidden("not for this endpoint")),
///         }
///     }
/// }
/// ```
pub trait Layer: Send + Sync + 'static {
    /// Handles a message: `next` is what is inside; without it the handler never runs.
    fn around<T: Send>(
        &self,
        call: Call,
        next: impl Future<Output = Result<T, Status>> + Send,
    ) -> impl Future<Output = Result<T, Status>> + Send;
}

/// The role with a layer around each of its handlers; with several, the last one given is the outermost.
pub fn layered(layer: impl Layer, role: impl Role) -> impl Role {
    LayeredRole { layer: Arc::new(layer), role }
}

struct LayeredRole<L, R> {
    layer: Arc<L>,
    role: R,
}

impl<L: Layer, R: Role> Role for LayeredRole<L, R> {
    fn install(self, handlers: &mut impl Handlers) {
        self.role.install(&mut LayeredHandlers { layer: self.layer, handlers });
    }
}

struct LayeredHandlers<'h, L, H> {
    layer: Arc<L>,
    handlers: &'h mut H,
}

impl<L: Layer, H: Handlers> Handlers for LayeredHandlers<'_, L, H> {
    fn add(&mut self, handler: impl Handler) {
        self.handlers.add(Layered { layer: self.layer.clone(), handler });
    }
}

struct Layered<L, H> {
    layer: Arc<L>,
    handler: H,
}

impl<L: Layer, H: Handler> Handler for Layered<L, H> {
    type Message = H::Message;
    type Output = H::Output;

    fn interest(&self) -> Interest {
        self.handler.interest()
    }

    fn lane<'m>(&self, message: &'m H::Message) -> Option<&'m str> {
        self.handler.lane(message)
    }

    async fn handle(&self, message: H::Message, context: Context) -> Result<H::Output, Status> {
        let call = Call {
            message: H::Message::NAME,
            subject: context.subject.clone(),
            correlation_id: message.envelope().correlation_id.to_owned(),
            lane: self.handler.lane(&message).map(str::to_owned),
            deadline: context.deadline,
        };
        self.layer.around(call, self.handler.handle(message, context)).await
    }

    fn answer(&self, answering: Answering<'_>, result: Result<H::Output, Status>) -> Option<Bytes> {
        self.handler.answer(answering, result)
    }

    fn reply_to(&self, output: &H::Output) -> Option<MessageKind> {
        self.handler.reply_to(output)
    }

    fn refuse_unread(&self, answering: Answering<'_>, status: &Status) -> Option<Bytes> {
        self.handler.refuse_unread(answering, status)
    }
}
