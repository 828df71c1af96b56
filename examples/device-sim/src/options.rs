//! The command line.

use std::{net::SocketAddr, time::Duration};

use clap::Parser;

/// Simulated devices: registers endpoints through REST, lets each send samples over MQTT and wait for the answer, and shows
/// a table. The last two endpoints share one connection, as behind a gateway.
#[derive(Clone, Debug, Parser)]
#[command(name = "device-sim", version)]
pub(crate) struct Options {
    /// Where the platform takes MQTT connections.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:1883")]
    pub(crate) mqtt: SocketAddr,
    /// Where the platform has its REST.
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
    pub(crate) http: String,
    /// Application version of the endpoints.
    #[arg(long, value_name = "NAME", default_value = "demo-v1")]
    pub(crate) app_version: String,
    /// Extension that the samples go to.
    #[arg(long, value_name = "NAME", default_value = "dcx")]
    pub(crate) extension: String,
    /// How many endpoints.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(crate) endpoints: u16,
    /// How many samples each endpoint sends; 0 goes on until Ctrl-C. With a number, the exit code is 0 only if every sample
    /// was acknowledged and every event was seen.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) samples: u64,
    /// Milliseconds between an answer and the next sample.
    #[arg(long, value_name = "MS", default_value_t = 200)]
    interval: u64,
}

impl Options {
    pub(crate) fn interval(&self) -> Duration {
        Duration::from_millis(self.interval)
    }
}
