//! The program `worker`, and what it says of itself.

use std::{net::SocketAddr, time::Duration};

use reqwest::Method;
use tempfile::NamedTempFile;
use tokio::time::{Instant, timeout};

use super::{Process, Rest, SOON, config_file, eventually, platform::sum, program};

/// A replica of `worker`, with a management port.
pub(crate) struct Worker {
    pub(crate) process: Process,
    pub(crate) rest: Rest,
    pub(crate) management: SocketAddr,
    _settings: NamedTempFile,
}

impl Worker {
    /// Starts it with these settings (YAML) and waits until it is ready.
    pub(crate) async fn start(urls: &str, yaml: &str) -> Self {
        let settings = config_file(&format!("management.port: 0\n{yaml}"));
        let mut command = program("worker");
        command.env("NATS_URLS", urls).env("APP_CONFIG_PATH", settings.path());
        let process = Process::start("worker", command);
        let line = process.line("management address=").await;
        let port = line.rsplit_once(':').unwrap().1.trim().parse().unwrap();
        let management = SocketAddr::from(([127, 0, 0, 1], port));
        process.line(": ready ").await;
        Self { process, rest: Rest::new(management), management, _settings: settings }
    }

    /// Waits until `/health/ready` says this; at most for the five seconds that it may take.
    pub(crate) async fn says(&self, status: u16, reason: &str) {
        self.rest.says_ready(status, reason).await;
    }

    /// It answers at all, and says that it is alive.
    pub(crate) async fn lives(&self) {
        assert_eq!(self.rest.get("/health").await, "alive\n");
    }

    /// Status and text of `/health/ready`.
    pub(crate) async fn ready(&self) -> (u16, String) {
        let (status, body) = self.rest.send(Method::GET, "/health/ready", None).await;
        (status, body.as_str().unwrap().to_owned())
    }

    /// The sum of the metrics of this name with all of these labels.
    pub(crate) async fn metric(&self, name: &str, labels: &[(&str, &str)]) -> u64 {
        let metrics = self.rest.get("/metrics").await;
        let metrics = metrics.as_str().unwrap();
        assert!(metrics.contains(&format!("\n{name}{{")), "no {name} in {metrics}");
        sum(metrics, name, labels)
    }

    /// Waits until it has connected so often after a loss; at most for the five seconds that it may take.
    pub(crate) async fn reconnects(&self, times: u64) {
        let what = format!("{times} reconnects");
        let reconnecting =
            eventually(&what, async || (self.metric("kaa_reconnects_total", &[]).await == times).then_some(()));
        timeout(SOON, reconnecting).await.unwrap_or_else(|_| panic!("no {what} within {SOON:?}"));
    }

    /// How many requests it has handled.
    pub(crate) async fn handled(&self) -> u64 {
        self.metric("kaa_messages_total", &[("message", "ClientData"), ("outcome", "handled")]).await
    }

    /// Waits until it has handled so many more requests.
    pub(crate) async fn handles(&self, more: u64) {
        let target = self.handled().await + more;
        let what = format!("{more} more requests");
        eventually(&what, async || (self.handled().await >= target).then_some(())).await;
    }

    /// SIGTERM, and the end: exit code 0, within the grace.
    pub(crate) async fn leaves(mut self) -> Left {
        let asked = Instant::now();
        self.process.terminate();
        let status = self.process.ended().await;
        assert!(status.success(), "worker: {status}\n{}", self.process.output());
        let last = self.process.line("handled ").await;
        Left { handled: last.rsplit_once(' ').unwrap().1.parse().unwrap(), took: asked.elapsed() }
    }
}

/// What is known of a worker that has ended.
pub(crate) struct Left {
    /// How many requests it has handled in its life.
    pub(crate) handled: usize,
    /// From SIGTERM to its end.
    pub(crate) took: Duration,
}
