//! A service at work, and its end.

use std::{fmt, sync::Arc, time::Duration};

use tokio::task::JoinSet;

use crate::{ServiceHandle, core::Core, management::Ended, runner::Stop};

/// A service at work. Dropping it ends it at once: what is in work is not answered; use [`shutdown`](Self::shutdown).
pub struct RunningService {
    pub(crate) core: Arc<Core>,
    pub(crate) stop: Stop,
    pub(crate) tasks: JoinSet<()>,
    /// Aborted when dropped: answers to our own calls are taken to the very end.
    pub(crate) replica: JoinSet<()>,
    pub(crate) grace: Duration,
    pub(crate) _ended: Ended,
}

impl RunningService {
    /// What it sends with.
    #[must_use]
    pub fn handle(&self) -> ServiceHandle {
        ServiceHandle(self.core.clone())
    }

    /// Shuts down gracefully: takes nothing more, finishes and answers what it has taken, leaves. What is not finished
    /// when nine tenths of `service.graceful-shutdown` have passed is cancelled and answered 503.
    pub async fn shutdown(self) {
        let grace = self.grace;
        self.shutdown_within(grace).await;
    }

    /// The same within another time: for a service that has more to do at its end.
    pub async fn shutdown_within(mut self, grace: Duration) {
        let instance = self.core.identity.instance.as_str();
        tracing::info!(instance, "shutting down: finishing what is in work");
        self.core.readiness.drain();
        self.stop.drain.cancel();
        if tokio::time::timeout(grace.mul_f32(0.9), all_of(&mut self.tasks)).await.is_err() {
            tracing::warn!(instance, "not everything was finished in time; answering the rest 503");
            self.stop.cancel();
            let _ = tokio::time::timeout(grace.mul_f32(0.05), all_of(&mut self.tasks)).await;
        }
        let flushing = async { self.core.transport.is_connected() && self.core.transport.flush().await.is_ok() };
        match tokio::time::timeout(grace.mul_f32(0.05), flushing).await {
            Ok(true) => tracing::info!(instance, "shut down"),
            _ => tracing::warn!(instance, "shut down without a connection: the last answers may be lost"),
        }
        self.replica.shutdown().await;
    }
}

async fn all_of(tasks: &mut JoinSet<()>) {
    while let Some(ended) = tasks.join_next().await {
        if let Err(error) = ended {
            tracing::error!(%error, "a role ended abnormally");
        }
    }
}

impl fmt::Debug for RunningService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunningService").field("identity", &self.core.identity).finish_non_exhaustive()
    }
}
