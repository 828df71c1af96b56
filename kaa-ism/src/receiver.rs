//! The generic role that receives one-way messages.

use std::{future::Future, marker::PhantomData};

use kaa_protocol::Status;

use crate::{Context, Handler, Interest, OneWay, Role, responder::Single};

/// Receives the one-way messages of one type. A closure `async |message: M, context: Context| …` is one too; with state,
/// `move |message: M, context: Context| { let state = state.clone(); async move { … } }`.
///
/// Messages about one endpoint are handled in order of arrival, others concurrently, each by one replica. Nobody is told what became of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no receiver of one-way messages",
    label = "neither implements `OneWayReceiver` nor is a closure of the right form",
    note = "a closure has the form `async |message: M, context: Context| -> Result<(), Status>`, where `M` is the type of the message; with state, `move |message: M, context: Context| {{ let state = state.clone(); async move {{ .. }} }}`"
)]
pub trait OneWayReceiver<M: OneWay>: Send + Sync + 'static {
    /// Handles one message. An error is counted, and logged for the first one on its subject.
    fn receive(&self, message: M, context: Context) -> impl Future<Output = Result<(), Status>> + Send;
}

impl<M: OneWay, F, Fut> OneWayReceiver<M> for F
where
    F: Fn(M, Context) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<(), Status>> + Send,
{
    fn receive(&self, message: M, context: Context) -> impl Future<Output = Result<(), Status>> + Send {
        self(message, context)
    }
}

/// The role of a [`OneWayReceiver`].
pub fn receive<M: OneWay>(receiver: impl OneWayReceiver<M>) -> impl Role {
    Single(Receive { receiver, message: PhantomData })
}

struct Receive<M, R> {
    receiver: R,
    message: PhantomData<fn(M)>,
}

impl<M: OneWay, R: OneWayReceiver<M>> Handler for Receive<M, R> {
    type Message = M;
    type Output = ();

    fn interest(&self) -> Interest {
        if M::HAS_VARIABLE { Interest::TargetedWithVariable(M::KIND) } else { Interest::Targeted(M::KIND) }
    }

    fn handle(&self, message: M, context: Context) -> impl Future<Output = Result<(), Status>> + Send {
        self.receiver.receive(message, context)
    }
}
