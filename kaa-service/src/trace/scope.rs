//! The trace context of what is being handled.

use std::{
    cell::RefCell,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use pin_project_lite::pin_project;

use super::TraceContext;
use crate::transport::Outgoing;

thread_local! {
    static CURRENT: RefCell<Option<Arc<TraceContext>>> = const { RefCell::new(None) };
}

impl TraceContext {
    /// That of the message that is being handled; `None` if it has none, and in a task that the handler has spawned.
    #[must_use]
    pub fn current() -> Option<Arc<Self>> {
        // A thread that ends has none.
        CURRENT.try_with(|current| current.borrow().clone()).ok().flatten()
    }

    /// Runs a future with this trace context: what it sends belongs to the trace. For tasks that a handler spawns, and for who
    /// gets a trace context from elsewhere, over HTTP for example. What a message belongs to is what its future is polled in: both
    /// `trace.scope(handle.call(…))` and `trace.scope(async move { handle.call(…).await })` do, and a task needs the second.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use kaa_service::trace::TraceContext;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), kaa_service::trace::InvalidTraceContext> {
    /// let trace = Arc::new(TraceContext::parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")?);
    /// let current = trace.clone().scope(async { TraceContext::current() }).await;
    /// assert_eq!(current, Some(trace));
    /// # Ok(())
    /// # }
    /// ```
    pub fn scope<F: Future>(self: Arc<Self>, future: F) -> Scope<F> {
        Scope { future, trace: self }
    }
}

pin_project! {
    /// What [`TraceContext::scope`] returns.
    #[derive(Debug)]
    #[must_use = "a future does nothing unless it is polled"]
    pub struct Scope<F> {
        #[pin]
        future: F,
        trace: Arc<TraceContext>,
    }
}

impl<F: Future> Future for Scope<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        with(Some(this.trace), || this.future.poll(cx))
    }
}

/// Runs `run` with this trace context, if there is one.
pub(super) fn with<T>(trace: Option<&Arc<TraceContext>>, run: impl FnOnce() -> T) -> T {
    let Some(trace) = trace else { return run() };
    let _before = Before(replace(Some(trace.clone())));
    run()
}

/// Puts back what was there before, also behind a panic.
struct Before(Option<Arc<TraceContext>>);

impl Drop for Before {
    fn drop(&mut self) {
        replace(self.0.take());
    }
}

fn replace(trace: Option<Arc<TraceContext>>) -> Option<Arc<TraceContext>> {
    CURRENT.try_with(|current| current.replace(trace)).ok().flatten()
}

/// The message gets the trace context of what is being handled, unless it has one.
pub(crate) fn inherit(message: &mut Outgoing) {
    if message.trace.is_none() {
        message.trace = TraceContext::current();
    }
}
