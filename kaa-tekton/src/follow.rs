//! Fetching, again and again.

use std::sync::Arc;

use kaa_platform::service_config::Scope;
use kaa_service::{Counter, LiveSettings, transport::Connection};
use tokio::{sync::watch, task::JoinSet};

use crate::{
    backoff::Backoff,
    changes::{Changes, Scopes},
    configuration::Configuration,
    rest::{FetchError, Rest},
};

/// The source, as the live settings name it.
const SOURCE: &str = "tekton";

/// The configuration is followed as long as this lives.
#[derive(Debug)]
#[must_use = "the configuration is followed no longer than this lives"]
pub struct Following {
    fetched: watch::Receiver<bool>,
    /// Aborted when dropped.
    _task: JoinSet<()>,
}

impl Following {
    pub(crate) fn start(
        live: LiveSettings,
        rest: Rest,
        changes: Arc<Changes>,
        connection: watch::Receiver<Connection>,
    ) -> Self {
        let (sender, fetched) = watch::channel(false);
        let counter = |outcome| live.metrics().counter("kaa_tekton_fetches_total", &[("outcome", outcome)]);
        let (good, failed) = (counter("fetched"), counter("failed"));
        changes.note(Scope::Platform);
        let follower = Follower { live, rest, changes, own: Configuration::default(), good, failed, fetched: sender };
        let mut task = JoinSet::new();
        task.spawn(follower.run(connection));
        Self { fetched, _task: task }
    }

    /// Waits until the whole configuration has been fetched, and has come into force. A service that cannot do anything
    /// useful without it waits at its start. Dropping the future changes nothing.
    pub async fn fetched(&mut self) {
        // The other end is gone only when the runtime ends.
        let _ = self.fetched.wait_for(|fetched| *fetched).await;
    }
}

struct Follower {
    live: LiveSettings,
    rest: Rest,
    changes: Arc<Changes>,
    own: Configuration,
    good: Counter,
    failed: Counter,
    fetched: watch::Sender<bool>,
}

impl Follower {
    async fn run(mut self, mut connection: watch::Receiver<Connection>) {
        let mut losses = connection.borrow_and_update().losses;
        loop {
            tokio::select! {
                () = self.changes.noted() => {}
                Ok(now) = connected_again(&mut connection, losses) => {
                    losses = now;
                    self.changes.note(Scope::Platform);
                }
            }
            let mut backoff = Backoff::new();
            while !self.fetch_all().await {
                tokio::time::sleep(backoff.next()).await;
            }
        }
    }

    /// Fetches what has changed; whether nothing is to be tried again.
    async fn fetch_all(&mut self) -> bool {
        let (mut failed, mut refused) = (Scopes::default(), Scopes::default());
        for scope in self.changes.take() {
            match self.own.fetched_again(&self.rest, &scope).await {
                Ok(new) if self.live.replace(SOURCE, new.to_tree()).is_ok() => {
                    self.good.increment();
                    self.own = new;
                    self.fetched.send_if_modified(|fetched| {
                        let first = !*fetched && scope == Scope::Platform;
                        *fetched |= first;
                        first
                    });
                }
                Ok(_) => {
                    self.good.increment();
                    refused.add(scope);
                }
                Err(error) => {
                    self.failed.increment();
                    report(&scope, &error);
                    failed.add(scope);
                }
            }
        }
        let complete = failed.is_empty();
        self.changes.keep(failed);
        self.changes.keep(refused);
        complete
    }
}

/// Waits until the connection has been lost more often than `losses`, and is there.
async fn connected_again(
    connection: &mut watch::Receiver<Connection>,
    losses: u64,
) -> Result<u64, watch::error::RecvError> {
    let again = connection.wait_for(|connection| connection.up && connection.losses > losses).await?;
    Ok(again.losses)
}

fn report(scope: &Scope, error: &FetchError) {
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}")).unwrap_or_default();
    tracing::warn!(?scope, "the configuration cannot be fetched, and the old one stays: {error}{cause}");
}
