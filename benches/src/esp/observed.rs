//! Somebody wants the spans of handlers.

use std::{cell::RefCell, future::Future};

use kaa_esp::{ClientData, Context, Reply, Status, extension};
use tracing::{
    Dispatch, Level, Span,
    dispatcher::{DefaultGuard, set_default, with_default},
};
use tracing_subscriber::{filter::Targets, layer::SubscriberExt as _};

use super::{echo::rate, threads::Threads, through_sdk::Sdk};

/// The target of the spans that handlers run in.
const HANDLE: &str = "kaa_service::handle";

thread_local! {
    /// Keeps the observer on a worker thread.
    static OBSERVING: RefCell<Option<DefaultGuard>> = const { RefCell::new(None) };
}

/// A subscriber that has these spans made and kept, and nothing else: async-nats writes lines of the level `trace` for
/// each message, and were they wanted too, the other candidate would pay for them.
pub(crate) struct Observer(Dispatch);

impl Observer {
    pub(crate) fn new() -> Self {
        let handlers = Targets::new().with_target(HANDLE, Level::DEBUG);
        Self(Dispatch::new(tracing_subscriber::registry().with(handlers)))
    }

    /// Runs a future on a runtime of its own, which is observed on each of its threads. No other thread is.
    pub(crate) fn block_on<F: Future>(&self, threads: Threads, future: F) -> F::Output {
        let dispatch = self.0.clone();
        let mut builder = threads.builder();
        builder.on_thread_start(move || OBSERVING.set(Some(set_default(&dispatch))));
        builder.on_thread_stop(|| drop(OBSERVING.take()));
        with_default(&self.0, || builder.build().expect("a runtime").block_on(future))
    }
}

/// Sees to it that handlers run in their spans, or that none does: so many calls that each thread handles some.
pub(crate) async fn check_spans(url: &str, wanted: bool) {
    let probe = extension(move |data: ClientData, _: Context| {
        let has_span = Span::current().metadata().is_some_and(|span| span.target() == HANDLE);
        let is_right = has_span == wanted;
        async move { if is_right { Ok(Reply::bytes(data.payload)) } else { Err(Status::internal("its span")) } }
    });
    let probe = Sdk::serving(url, probe).await;
    rate(|| probe.call()).await;
    probe.shutdown().await;
}
