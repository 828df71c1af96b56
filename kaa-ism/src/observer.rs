//! The generic role that looks at events where they lie.

use std::marker::PhantomData;

use kaa_protocol::Status;

use crate::{
    Borrowed, Context, Event, EventFilter, Fanout, Handler, Handlers, Interest, Message as _, Role, SubjectFilter,
    WireRevision,
};

/// Looks at the events of one type, and keeps nothing of them: for who counts, samples or passes on a part. A closure
/// `|event: XRef<'_>, context: &Context| …` is one too, where `X` is the type of the event.
///
/// Nothing is copied out of the bytes that have come, and nothing waits: an observer is not async, and the next event is looked
/// at when it has returned. So it must not block. What it takes longer for goes through a bounded channel of its own, or it is an
/// [`EventListener`](crate::EventListener) instead. All other events of the role wait meanwhile, in order of arrival.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no observer of events",
    label = "neither implements `EventObserver` nor is a closure of the right form",
    note = "a closure has the form `|event: XRef<'_>, context: &Context| -> Result<(), Status>`, where `X` is the type of the event"
)]
pub trait EventObserver<E: Event + Borrowed>: Send + Sync + 'static {
    /// Looks at one event. An error is counted, and logged for the first event on its subject; nobody is told.
    ///
    /// # Errors
    ///
    /// Whatever the observer finds wrong with the event.
    fn observe(&self, event: E::Ref<'_>, context: &Context) -> Result<(), Status>;
}

impl<E, F> EventObserver<E> for F
where
    E: Event + Borrowed,
    F: Fn(E::Ref<'_>, &Context) -> Result<(), Status> + Send + Sync + 'static,
{
    fn observe(&self, event: E::Ref<'_>, context: &Context) -> Result<(), Status> {
        self(event, context)
    }
}

/// Looks at the messages of one kind, as a runtime sees it. Applications have an [`EventObserver`].
pub trait Observer: Send + Sync + 'static {
    /// What is looked at.
    type Message: Borrowed;

    /// What it listens to.
    fn interest(&self) -> Interest;

    /// Looks at one message.
    ///
    /// # Errors
    ///
    /// Whatever it finds wrong with the message.
    fn observe(&self, message: <Self::Message as Borrowed>::Ref<'_>, context: &Context) -> Result<(), Status>;
}

/// The role of an [`EventObserver`].
///
/// With a closure, write all types: the event at `observe::<X>`, and those of both arguments. The compiler finds out none
/// of them. Without the event it cannot infer the type parameter `E`; without the type of an argument it asks for that
/// one, or says that `FnOnce` is not general enough.
///
/// ```
/// use std::sync::mpsc::SyncSender;
///
/// use kaa_ism::{Context, Fanout, Message, Originator, Role, Status, observe};
///
/// /// A bird was seen.
/// #[derive(Clone, Debug, PartialEq, Message)]
/// #[avro(namespace = "com.example.birds", borrowed)]
/// #[message(event = "bird.place.seen")]
/// pub struct BirdSeen {
///     pub timestamp: i64,
///     pub species: String,
/// }
///
/// /// Tells what is seen to who keeps a list. What the list has no room for is counted.
/// fn watch(list: SyncSender<String>) -> impl Role {
///     observe::<BirdSeen>(Originator::Any, Fanout::OneReplica, move |bird: BirdSeenRef<'_>, _: &Context| {
///         list.try_send(bird.species.to_owned()).map_err(Status::internal)
///     })
/// }
/// ```
pub fn observe<E: Event + Borrowed>(
    events: impl Into<EventFilter>,
    fanout: Fanout,
    observer: impl EventObserver<E>,
) -> impl Role {
    let filter = events.into().subjects(E::KIND);
    Observe { observer, filter, fanout, event: PhantomData }
}

struct Observe<E, O> {
    observer: O,
    filter: SubjectFilter,
    fanout: Fanout,
    event: PhantomData<fn(E)>,
}

impl<E: Event + Borrowed, O: EventObserver<E>> Observer for Observe<E, O> {
    type Message = E;

    fn interest(&self) -> Interest {
        Interest::Events(self.filter.clone(), self.fanout)
    }

    fn observe(&self, event: E::Ref<'_>, context: &Context) -> Result<(), Status> {
        self.observer.observe(event, context)
    }
}

impl<E: Event + Borrowed, O: EventObserver<E>> Role for Observe<E, O> {
    fn install(self, handlers: &mut impl Handlers) {
        handlers.add_observer(self);
    }
}

/// An observer as a handler, for what knows only these: it looks at the message as it is written anew.
pub(crate) struct Observing<O>(pub(crate) O);

impl<O: Observer> Handler for Observing<O> {
    type Message = O::Message;
    type Output = ();

    fn interest(&self) -> Interest {
        self.0.interest()
    }

    /// All in one lane: an observer looks at one after the other.
    fn lane<'m>(&self, _: &'m O::Message) -> Option<&'m str> {
        Some("")
    }

    async fn handle(&self, message: O::Message, context: Context) -> Result<(), Status> {
        let look = |message: <O::Message as Borrowed>::Ref<'_>, _| self.0.observe(message, &context);
        O::Message::look(&message.to_bytes(), WireRevision::default(), look).map_err(Status::internal)?
    }
}
