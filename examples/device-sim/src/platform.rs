//! The REST side of the platform.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use anyhow::{Context as _, bail, ensure};
use serde::Deserialize;
use serde_json::json;

use crate::{options::Options, stats::Stats};

/// How long the last events may take to be seen.
const EVENTS_WITHIN: Duration = Duration::from_secs(10);

pub(crate) struct Platform {
    client: reqwest::Client,
    base: String,
    app_version: String,
}

/// A registered endpoint.
#[derive(Deserialize)]
pub(crate) struct Endpoint {
    #[serde(rename = "endpointId")]
    pub(crate) id: String,
    pub(crate) token: String,
}

/// What `GET /minikaa/api/v1/events` says about one kind of events.
#[derive(Default, Deserialize)]
struct Seen {
    endpoints: BTreeMap<String, u64>,
}

impl Platform {
    pub(crate) fn new(options: &Options) -> anyhow::Result<Self> {
        let client = reqwest::Client::builder().timeout(Duration::from_secs(10)).no_proxy().build()?;
        Ok(Self { client, base: options.http.clone(), app_version: options.app_version.clone() })
    }

    pub(crate) async fn register(&self) -> anyhow::Result<Endpoint> {
        let url = format!("{}/epr/api/v1/endpoints", self.base);
        let answer = self.client.post(&url).json(&json!({"appVersion": {"name": self.app_version}})).send().await?;
        let (status, body) = (answer.status(), answer.text().await?);
        ensure!(status == reqwest::StatusCode::CREATED, "POST {url}: {status}: {body}");
        serde_json::from_str(&body).with_context(|| format!("POST {url}: {body}"))
    }

    /// Every sample acknowledged, and every event seen: registered, connected and disconnected once for each endpoint, and
    /// as many data samples as were sent.
    pub(crate) async fn check(&self, endpoints: &[Endpoint], stats: &[Arc<Stats>]) -> anyhow::Result<()> {
        let mut problems = Vec::new();
        for stats in stats {
            let (sent, acknowledged, errors) = stats.counts();
            if errors > 0 || acknowledged != sent {
                problems
                    .push(format!("{}: {sent} sent, {acknowledged} acknowledged, {errors} errors", stats.endpoint()));
            }
        }
        ensure!(problems.is_empty(), "not every sample was acknowledged: {}", problems.join("; "));

        let mut missing = String::new();
        let deadline = tokio::time::Instant::now() + EVENTS_WITHIN;
        while tokio::time::Instant::now() < deadline {
            match self.missing(endpoints, stats).await? {
                None => {
                    println!("every sample was acknowledged and every event was seen");
                    return Ok(());
                }
                Some(still) => missing = still,
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        bail!("not every event was seen: {missing}")
    }

    async fn missing(&self, endpoints: &[Endpoint], stats: &[Arc<Stats>]) -> anyhow::Result<Option<String>> {
        let url = format!("{}/minikaa/api/v1/events", self.base);
        let body = self.client.get(&url).send().await?.error_for_status()?.text().await?;
        let seen: BTreeMap<String, Seen> = serde_json::from_str(&body).with_context(|| format!("GET {url}: {body}"))?;
        for (endpoint, stats) in endpoints.iter().zip(stats) {
            let expected = [
                ("endpoint.lifecycle.registered", 1),
                ("endpoint.connectivity.connected", 1),
                ("endpoint.data-collection.data-samples-received", stats.counts().0),
                ("endpoint.connectivity.disconnected", 1),
            ];
            for (kind, expected) in expected {
                let count = seen.get(kind).and_then(|seen| seen.endpoints.get(&endpoint.id)).copied().unwrap_or(0);
                if count != expected {
                    return Ok(Some(format!("{kind} of {}: {count} instead of {expected}", endpoint.id)));
                }
            }
        }
        Ok(None)
    }
}
