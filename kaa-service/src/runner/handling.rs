//! A handler at work, with everything that can end it.

use std::{
    any::Any,
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use kaa_ism::Deadline;
use pin_project_lite::pin_project;
use tokio::time::Sleep;
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use crate::core::Core;

/// How handling ended.
pub(super) enum Ended<T> {
    Finished(T),
    Panicked(Box<dyn Any + Send>),
    TimedOut,
    Cancelled,
}

/// What ends a handler that takes too long.
pub(super) struct Limit<'a> {
    pub(super) core: &'a Core,
    pub(super) deadline: Deadline,
    pub(super) handling: Duration,
    pub(super) cancel: &'a CancellationToken,
}

pin_project! {
    /// Runs a handler until it is ready, panics, outlasts its time or is cancelled. No panic gets out, not even that of a
    /// destructor of a handler that is given up.
    ///
    /// Written by hand because every message passes here: the handler's future is in it once, and what only a handler that
    /// waits needs is made when it waits.
    pub(super) struct Handling<'a, S, F> {
        // `None` once it has been called.
        start: Option<S>,
        #[pin]
        handler: Option<F>,
        limit: Limit<'a>,
        waiting: Option<Pin<Box<Waiting>>>,
    }
}

pin_project! {
    struct Waiting {
        #[pin]
        time_is_up: Sleep,
        #[pin]
        cancelled: WaitForCancellationFutureOwned,
    }
}

impl<'a, S: FnOnce() -> F, F: Future> Handling<'a, S, F> {
    /// `start` makes the handler's future when this one is polled first.
    pub(super) fn new(start: S, limit: Limit<'a>) -> Self {
        Self { start: Some(start), handler: None, limit, waiting: None }
    }
}

impl<S: FnOnce() -> F, F: Future> Future for Handling<'_, S, F> {
    type Output = Ended<F::Output>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        if let Some(start) = this.start.take() {
            match catch_unwind(AssertUnwindSafe(start)) {
                Ok(handler) => this.handler.set(Some(handler)),
                Err(panic) => return Poll::Ready(Ended::Panicked(panic)),
            }
        }
        let ended = match this.handler.as_mut().as_pin_mut() {
            None => Ended::Cancelled,
            Some(handler) => match catch_unwind(AssertUnwindSafe(|| handler.poll(cx))) {
                Ok(Poll::Ready(output)) => Ended::Finished(output),
                Err(panic) => Ended::Panicked(panic),
                Ok(Poll::Pending) => {
                    let limit = this.limit;
                    let waiting = this.waiting.get_or_insert_with(|| Box::pin(limit.waiting()));
                    let waiting = waiting.as_mut().project();
                    if waiting.time_is_up.poll(cx).is_ready() {
                        Ended::TimedOut
                    } else if waiting.cancelled.poll(cx).is_ready() {
                        Ended::Cancelled
                    } else {
                        return Poll::Pending;
                    }
                }
            },
        };
        match catch_unwind(AssertUnwindSafe(|| this.handler.set(None))) {
            Ok(()) => Poll::Ready(ended),
            Err(panic) => Poll::Ready(Ended::Panicked(panic)),
        }
    }
}

impl Limit<'_> {
    fn waiting(&self) -> Waiting {
        let left = self.deadline.remaining(self.core.now()).unwrap_or(self.handling).min(self.handling);
        Waiting { time_is_up: tokio::time::sleep(left), cancelled: self.cancel.clone().cancelled_owned() }
    }
}
