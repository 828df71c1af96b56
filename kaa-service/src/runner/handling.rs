//! A handler at work, with everything that can end it.

use std::{
    any::Any,
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::{Pin, pin},
    task::{Context, Poll},
    time::Duration,
};

use kaa_ism::{Deadline, Status};
use pin_project_lite::pin_project;
use tokio::{task::coop, time::Sleep};
use tokio_util::sync::{CancellationToken, ReusableBoxFuture, WaitForCancellationFutureOwned};

use crate::core::Core;

/// How handling ended.
pub(super) enum Ended<T> {
    Finished(T),
    Panicked(Panic),
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

/// The panic of a handler.
pub(super) type Panic = Box<dyn Any + Send>;

/// A handler at work, whatever it is.
pub(super) type Handled<T> = ReusableBoxFuture<'static, Result<Result<T, Status>, Panic>>;

pin_project! {
    /// A handler's future whose panics do not get out. One that panics once more when it is dropped does not meet the first
    /// panic under way: that would end the process.
    pub(super) struct Contained<F> {
        // `None` once it has ended.
        #[pin]
        handler: Option<F>,
    }
}

impl<F: Future> Contained<F> {
    pub(super) fn new(handler: F) -> Self {
        Self { handler: Some(handler) }
    }
}

impl<F: Future> Future for Contained<F> {
    type Output = Result<F::Output, Panic>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut handler = self.project().handler;
        let polled = catch_unwind(AssertUnwindSafe(|| match handler.as_mut().as_pin_mut() {
            Some(handler) => handler.poll(cx),
            None => Poll::Pending,
        }));
        let ended = match polled {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(output)) => Ok(output),
            Err(panic) => Err(panic),
        };
        let dropped = catch_unwind(AssertUnwindSafe(|| handler.set(None)));
        Poll::Ready(dropped.and(ended))
    }
}

/// Runs a handler until it is ready, panics, outlasts its time or is cancelled. No panic gets out, not even that of a destructor
/// of a handler that is given up.
pub(super) struct Handling<'a, T> {
    // `None` once it has ended.
    handler: Option<Handled<T>>,
    limit: Limit<'a>,
    waiting: Option<Pin<Box<Waiting>>>,
}

pin_project! {
    struct Waiting {
        #[pin]
        time_is_up: Sleep,
        #[pin]
        cancelled: WaitForCancellationFutureOwned,
    }
}

impl<'a, T> Handling<'a, T> {
    pub(super) fn new(handler: Handled<T>, limit: Limit<'a>) -> Self {
        Self { handler: Some(handler), limit, waiting: None }
    }
}

impl<T> Future for Handling<'_, T> {
    type Output = Ended<Result<T, Status>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let Some(handler) = &mut this.handler else { return Poll::Ready(Ended::Cancelled) };
        let ended = match catch_unwind(AssertUnwindSafe(|| handler.poll(cx))) {
            Ok(Poll::Ready(Ok(result))) => Ended::Finished(result),
            Ok(Poll::Ready(Err(panic))) | Err(panic) => Ended::Panicked(panic),
            Ok(Poll::Pending) => {
                let limit = &this.limit;
                let waiting = this.waiting.get_or_insert_with(|| Box::pin(limit.waiting())).as_mut().project();
                // Without the budget of the task: a handler may have used it up, and then goes on forever.
                if pin!(coop::unconstrained(waiting.time_is_up)).poll(cx).is_ready() {
                    Ended::TimedOut
                } else if pin!(coop::unconstrained(waiting.cancelled)).poll(cx).is_ready() {
                    Ended::Cancelled
                } else {
                    return Poll::Pending;
                }
            }
        };
        match catch_unwind(AssertUnwindSafe(|| this.handler = None)) {
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
