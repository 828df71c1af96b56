//! The generic roles that listen to events.

use std::{future::Future, marker::PhantomData};

use bytes::Bytes;
use kaa_protocol::Status;

use crate::{
    Acknowledged, Acknowledgement as _, Answering, Context, Event, EventKind, Fanout, Handler, InstanceName, Interest,
    InvalidSubject, Role, SubjectFilter, responder::Single,
};

/// Listens to the events of one type. A closure `async |event: E, context: Context| …` is one too; with state,
/// `move |event: E, context: Context| { let state = state.clone(); async move { … } }`.
///
/// Events about one endpoint are handled one after the other, in order of arrival, others concurrently. With
/// [`Fanout::OneReplica`] that holds for each replica by itself. They are broadcast at most once: one that arrives while nobody listens is
/// gone.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no event listener",
    label = "neither implements `EventListener` nor is a closure of the right form",
    note = "a closure has the form `async |event: E, context: Context| -> Result<(), Status>`, where `E` is the type of the event; with state, `move |event: E, context: Context| {{ let state = state.clone(); async move {{ .. }} }}`"
)]
pub trait EventListener<E: Event>: Send + Sync + 'static {
    /// Handles one event. An error is counted, and logged for the first one on its subject; nobody is told.
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

/// Which events of a kind to listen to. Any, unless it is said otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct EventFilter {
    originator: Originator,
    variables: Vec<String>,
}

impl EventFilter {
    /// Those of every service instance.
    #[must_use]
    pub fn any() -> Self {
        Self::default()
    }

    /// Those of one service instance.
    #[must_use]
    pub fn of(originator: InstanceName) -> Self {
        Originator::Instance(originator).into()
    }

    /// Only those of `kind` whose variable tokens are `variables`, in order.
    ///
    /// # Errors
    ///
    /// [`InvalidSubject`] if the kind has more or fewer, or one is no token.
    pub fn with_variables(mut self, kind: EventKind, variables: &[&str]) -> Result<Self, InvalidSubject> {
        kind.filled(variables)?;
        self.variables = variables.iter().map(|&variable| variable.to_owned()).collect();
        Ok(self)
    }

    /// The subjects of these events of `kind`.
    #[must_use]
    pub fn subjects(&self, kind: EventKind) -> SubjectFilter {
        let originator = match &self.originator {
            Originator::Any => "*",
            Originator::Instance(instance) => instance.as_str(),
        };
        SubjectFilter::events(originator, kind, &self.variables)
    }
}

impl From<Originator> for EventFilter {
    fn from(originator: Originator) -> Self {
        Self { originator, variables: Vec::new() }
    }
}

/// The role of an [`EventListener`].
pub fn listen<E: Event>(events: impl Into<EventFilter>, fanout: Fanout, listener: impl EventListener<E>) -> impl Role {
    let filter = events.into().subjects(E::KIND);
    Single(ListenTo { listener, filter, fanout, event: PhantomData })
}

/// The role of an [`EventListener`] that says what became of an event, if its sender asks: 200, or the status that the listener
/// returns.
pub fn acknowledge<E: Acknowledged>(
    events: impl Into<EventFilter>,
    fanout: Fanout,
    listener: impl EventListener<E>,
) -> impl Role {
    let filter = events.into().subjects(E::KIND);
    Single(Acknowledge(ListenTo { listener, filter, fanout, event: PhantomData }))
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

struct Acknowledge<E, L>(ListenTo<E, L>);

impl<E: Acknowledged, L: EventListener<E>> Handler for Acknowledge<E, L> {
    type Message = E;
    type Output = ();

    fn interest(&self) -> Interest {
        self.0.interest()
    }

    fn handle(&self, event: E, context: Context) -> impl Future<Output = Result<(), Status>> + Send {
        self.0.handle(event, context)
    }

    fn answer(&self, answering: Answering<'_>, result: Result<(), Status>) -> Option<Bytes> {
        let status = result.err().unwrap_or_else(Status::ok);
        self.refuse_unread(answering, &status)
    }

    fn refuse_unread(&self, answering: Answering<'_>, status: &Status) -> Option<Bytes> {
        Some(answering.stamped(E::Acknowledgement::of(answering.correlation_id(), answering.me, status)))
    }
}
