//! One endpoint: sends a sample, waits for the response, sends the next.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use crate::{
    connection::{Connection, Sender},
    options::Options,
    platform::Endpoint,
    stats::Stats,
};

/// Longer than the platform takes to say that something takes too long.
const RESPONSE_WITHIN: Duration = Duration::from_secs(15);

pub(crate) struct Device {
    prefix: String,
    samples: u64,
    interval: Duration,
    sender: Sender,
    stats: Arc<Stats>,
}

impl Device {
    pub(crate) fn new(options: &Options, endpoint: &Endpoint, connection: &Connection, stats: Arc<Stats>) -> Self {
        let Options { app_version, extension, samples, .. } = options;
        let prefix = format!("kp1/{app_version}/{extension}/{}/json", endpoint.token);
        Self { prefix, samples: *samples, interval: options.interval(), sender: connection.sender(), stats }
    }

    pub(crate) async fn run(self) {
        let mut number = 0u64;
        while self.samples == 0 || number < self.samples {
            number += 1;
            let topic = format!("{}/{}", self.prefix, number % (1 << 31));
            let sample = serde_json::json!([{ "temperature": 20 + number % 10, "number": number }]);
            let started = Instant::now();
            self.stats.sent();
            match self.sender.request(topic, sample.to_string().into_bytes(), RESPONSE_WITHIN).await {
                Ok(()) => self.stats.acknowledged(started.elapsed()),
                Err(error) => self.stats.failed(error),
            }
            tokio::time::sleep(self.interval).await;
        }
    }
}
