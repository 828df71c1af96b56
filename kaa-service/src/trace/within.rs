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

pin_project! {
    /// Polls a future within a span and with a trace context.
    pub(crate) struct Within<F> {
        #[pin]
        future: F,
        span: Span,
        trace: Option<Arc<TraceContext>>,
    }
}

impl<F: Future> Within<F> {
    /// `start` runs within both, too.
    pub(crate) fn new(span: Span, trace: Option<Arc<TraceContext>>, start: impl FnOnce() -> F) -> Self {
        let future = span.in_scope(|| with(trace.as_ref(), start));
        Self { future, span, trace }
    }
}

impl<F: Future> Future for Within<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let _entered = this.span.enter();
        with(this.trace.as_ref(), || this.future.poll(cx))
    }
}
