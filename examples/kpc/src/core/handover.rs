//! When has a message been handed to the bus?
//!
//! A call is one future from sending to the answer, but a client's acknowledgement is due when the message has been handed
//! over, and the next message of the same endpoint may only follow then. So the transport is [`Watched`], and a call is
//! made within [`HandedOver::watch`], which learns of the publish that the call makes.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::Poll,
};

use futures::FutureExt as _;
use kaa_ism::{InstanceName, SubjectFilter};
use kaa_service::transport::{BoxFuture, Outgoing, Subscription, Transport, TransportError};
use tokio::sync::watch;

tokio::task_local! {
    static WATCHING: Arc<AtomicBool>;
}

/// Whether what was published within [`watch`](Self::watch) has been handed to the connection.
#[derive(Debug, Default)]
pub(crate) struct HandedOver(Arc<AtomicBool>);

impl HandedOver {
    /// The same future; it is noticed when it publishes something.
    pub(crate) fn watch<F: Future>(&self, future: F) -> impl Future<Output = F::Output> {
        WATCHING.scope(self.0.clone(), future)
    }

    /// Runs a watched future until it has handed over its message, or is ready.
    pub(crate) async fn until<F: Future>(&self, mut future: Pin<&mut F>) -> Option<F::Output> {
        poll_fn(|cx| match future.as_mut().poll(cx) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if self.0.load(Ordering::Relaxed) => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        })
        .await
    }
}

/// A transport that says when it has taken a message.
#[derive(Debug)]
pub(crate) struct Watched(pub(crate) Arc<dyn Transport>);

impl Transport for Watched {
    fn publish(&self, message: Outgoing) -> BoxFuture<'_, Result<(), TransportError>> {
        let publishing = self.0.publish(message);
        async move {
            publishing.await?;
            // Most of what is published nobody watches.
            let _ = WATCHING.try_with(|handed_over| handed_over.store(true, Ordering::Relaxed));
            Ok(())
        }
        .boxed()
    }

    fn subscribe(
        &self,
        filter: SubjectFilter,
        queue: Option<InstanceName>,
    ) -> BoxFuture<'_, Result<Box<dyn Subscription>, TransportError>> {
        self.0.subscribe(filter, queue)
    }

    fn flush(&self) -> BoxFuture<'_, Result<(), TransportError>> {
        self.0.flush()
    }

    fn connected(&self) -> watch::Receiver<bool> {
        self.0.connected()
    }

    fn max_payload(&self) -> usize {
        self.0.max_payload()
    }

    fn dropped(&self) -> u64 {
        self.0.dropped()
    }
}
