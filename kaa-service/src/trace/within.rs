//! Handling within its span and its trace context.

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use pin_project_lite::pin_project;
use tracing::Span;

use super::{TraceContext, scope::with};

/// The span and the trace context of a message that is handled.
#[derive(Clone, Debug)]
pub(crate) struct Surroundings {
    pub(crate) span: Span,
    pub(crate) trace: Option<Arc<TraceContext>>,
}

impl Surroundings {
    /// Runs `run` within both.
    pub(crate) fn run<T>(&self, run: impl FnOnce() -> T) -> T {
        let _entered = self.span.enter();
        with(self.trace.as_ref(), run)
    }

    /// The future, polled within both.
    pub(crate) fn around<F: Future>(&self, future: F) -> Within<'_, F> {
        Within { future, surroundings: self }
    }
}

pin_project! {
    /// See [`Surroundings::around`].
    pub(crate) struct Within<'a, F> {
        #[pin]
        future: F,
        surroundings: &'a Surroundings,
    }
}

impl<F: Future> Future for Within<'_, F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        this.surroundings.run(|| this.future.poll(cx))
    }
}
