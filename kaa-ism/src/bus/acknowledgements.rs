//! Events whose receivers say what became of them.

use std::{fmt, pin::Pin, task};

use futures_core::Stream;
use kaa_protocol::Status;

use crate::{Event, Identity, OneWay};

/// An event whose receivers say whether they have processed it, if its sender asks by a replyTo.
pub trait Acknowledged: Event {
    /// What they say it with.
    type Acknowledgement: Acknowledgement;
}

/// What a receiver of an [`Acknowledged`] event answers.
pub trait Acknowledgement: OneWay {
    /// That of `receiver`, for the event with this correlation id.
    fn of(correlation_id: &str, receiver: &Identity, status: &Status) -> Self;

    /// Whether the event has been processed: 2xx.
    fn status(&self) -> Status;
}

/// The acknowledgements of an event that are still to come. Dropping it forgets them: those that come later are counted as late.
pub struct Acknowledgements<A>(Pin<Box<dyn Stream<Item = A> + Send>>);

impl<A> Acknowledgements<A> {
    /// As a runtime makes it.
    pub fn new(stream: impl Stream<Item = A> + Send + 'static) -> Self {
        Self(Box::pin(stream))
    }

    /// The next one; `None` once the time is up, the connection was lost, or nobody listens to the event.
    pub async fn next(&mut self) -> Option<A> {
        std::future::poll_fn(|context| self.0.as_mut().poll_next(context)).await
    }
}

impl<A> Stream for Acknowledgements<A> {
    type Item = A;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut task::Context<'_>) -> task::Poll<Option<A>> {
        self.0.as_mut().poll_next(context)
    }
}

impl<A> fmt::Debug for Acknowledgements<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Acknowledgements")
    }
}
