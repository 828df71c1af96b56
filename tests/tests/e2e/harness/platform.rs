//! A platform within the test, on a NATS server or on a bus of its own.

use std::net::SocketAddr;

use clap::Parser as _;
use kaa_service::Settings;
use minikaa::{Options, Platform, RunningPlatform};
use serde_json::json;
use tempfile::TempDir;

use super::{Device, NatsServer, Rest, Version, eventually, within};

pub(crate) struct TestPlatform {
    /// `None` only while it starts again.
    running: Option<RunningPlatform>,
    settings: Settings,
    options: Options,
    pub(crate) rest: Rest,
    _data: TempDir,
}

/// A registered endpoint.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    pub(crate) id: String,
    pub(crate) token: String,
}

impl TestPlatform {
    pub(crate) async fn embedded() -> Self {
        Self::start(None, Settings::new("minikaa").unwrap()).await
    }

    pub(crate) async fn on(nats: &NatsServer) -> Self {
        Self::start(Some(nats), Settings::new("minikaa").unwrap()).await
    }

    pub(crate) async fn start(nats: Option<&NatsServer>, settings: Settings) -> Self {
        let data = TempDir::new().unwrap();
        let mut arguments = vec!["minikaa", "--mqtt", "127.0.0.1:0", "--http", "127.0.0.1:0", "--data"];
        arguments.push(data.path().to_str().unwrap());
        let url = nats.map(NatsServer::url);
        arguments.extend(url.iter().flat_map(|url| ["--nats", url]));
        let options = Options::parse_from(arguments);
        let running = within("the platform starts", Platform::start(settings.clone(), &options)).await.unwrap();
        let rest = Rest::new(running.http_address());
        Self { running: Some(running), settings, options, rest, _data: data }
    }

    /// Ends, and starts again on the same data. Its addresses are new.
    pub(crate) async fn restart(&mut self) {
        if let Some(running) = self.running.take() {
            within("the platform ends", running.shutdown()).await;
        }
        let starting = Platform::start(self.settings.clone(), &self.options);
        let running = within("the platform starts again", starting).await.unwrap();
        self.rest = Rest::new(running.http_address());
        self.running = Some(running);
    }

    pub(crate) fn mqtt(&self) -> SocketAddr {
        self.running.as_ref().unwrap().mqtt_address()
    }

    pub(crate) async fn device(&self, version: Version) -> Device {
        Device::connect(self.mqtt(), version).await
    }

    pub(crate) async fn register(&self) -> Endpoint {
        let created = self.rest.post("/epr/api/v1/endpoints", json!({"appVersion": {"name": "demo-v1"}})).await;
        let text = |key: &str| created[key].as_str().unwrap().to_owned();
        Endpoint { id: text("endpointId"), token: text("token") }
    }

    /// The sum of the counters of this name with all of these labels.
    pub(crate) async fn metric(&self, name: &str, labels: &[(&str, &str)]) -> u64 {
        let metrics = self.rest.get("/metrics").await;
        sum(metrics.as_str().unwrap(), name, labels)
    }

    /// Waits until as many data samples of the endpoint have been seen as events.
    pub(crate) async fn saw_samples(&self, endpoint: &Endpoint, expected: u64) {
        let what = format!("{expected} samples of {}", endpoint.id);
        eventually(&what, async || {
            let seen = self.rest.get("/minikaa/api/v1/events").await;
            let samples = &seen["endpoint.data-collection.data-samples-received"]["endpoints"][&endpoint.id];
            let samples = samples.as_u64().unwrap_or(0);
            assert!(samples <= expected, "{samples} samples instead of {expected}");
            (samples == expected).then_some(())
        })
        .await;
    }
}

impl Endpoint {
    /// `kp1/demo-v1/<extension>/<token>/<path>`
    pub(crate) fn topic(&self, extension: &str, path: &str) -> String {
        format!("kp1/demo-v1/{extension}/{}/{path}", self.token)
    }
}

/// The sum of the counters in the text of Prometheus that have this name and all of these labels.
pub(crate) fn sum(metrics: &str, name: &str, labels: &[(&str, &str)]) -> u64 {
    let labels: Vec<String> = labels.iter().map(|(key, value)| format!("{key}=\"{value}\"")).collect();
    let counters = metrics.lines().filter_map(|line| line.rsplit_once(' '));
    counters
        .filter(|(counter, _)| counter.split('{').next() == Some(name))
        .filter(|(counter, _)| labels.iter().all(|label| counter.contains(label)))
        .map(|(_, value)| value.parse::<u64>().unwrap())
        .sum()
}
