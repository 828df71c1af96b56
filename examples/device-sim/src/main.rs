//! Simulated devices: real MQTT clients that send samples, and check that every one of them arrives.

mod connection;
mod device;
mod options;
mod platform;
mod stats;
mod table;

use std::{process::ExitCode, sync::Arc, time::Duration};

use anyhow::Context as _;
use clap::Parser as _;
use tokio::task::JoinSet;

use crate::{connection::Connection, device::Device, options::Options, platform::Platform, stats::Stats, table::Table};

/// How often the table is drawn.
const REDRAW: Duration = Duration::from_millis(500);

#[tokio::main]
async fn main() -> ExitCode {
    match run(Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("device-sim: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> anyhow::Result<()> {
    let platform = Platform::new(&options)?;
    let mut endpoints = Vec::new();
    for _ in 0..options.endpoints {
        endpoints.push(platform.register().await.context("cannot register an endpoint")?);
    }
    if options.samples == 0
        && let Some(endpoint) = endpoints.first()
    {
        print_how_to_try_by_hand(&options, &endpoint.token);
    }
    let stats: Vec<Arc<Stats>> = endpoints.iter().map(|endpoint| Arc::new(Stats::new(&endpoint.id))).collect();

    // The last two share a connection: a gateway. Each other has one of its own.
    let mut tasks = JoinSet::new();
    let mut connections = Vec::new();
    let alone = endpoints.len().saturating_sub(2);
    for (index, (endpoint, stats)) in endpoints.iter().zip(&stats).enumerate() {
        if index <= alone {
            connections.push(Connection::open(&options, index));
        }
        let connection = connections.last().context("no connection")?;
        let device = Device::new(&options, endpoint, connection, stats.clone());
        tasks.spawn(device.run());
    }

    let mut table = Table::new();
    let mut redraw = tokio::time::interval(REDRAW);
    let finished = loop {
        tokio::select! {
            ended = tasks.join_next() => match ended {
                Some(ended) => ended.context("a device failed")?,
                None => break true,
            },
            _ = redraw.tick() => table.draw(&stats),
            _ = tokio::signal::ctrl_c() => break false,
        }
    };
    table.finish(&stats);
    for connection in connections {
        connection.close().await;
    }
    if finished { platform.check(&endpoints, &stats).await } else { Ok(()) }
}

fn print_how_to_try_by_hand(options: &Options, token: &str) {
    let Options { mqtt, http, app_version, extension, .. } = options;
    let (host, port) = (mqtt.ip(), mqtt.port());
    println!(
        "
Try it by hand, with a token that this simulation uses or one of your own:

  curl -s -H 'Content-Type: application/json' -d '{{\"appVersion\":{{\"name\":\"{app_version}\"}}}}' {http}/epr/api/v1/endpoints
  mosquitto_rr -V mqttv311 -h {host} -p {port} -q 1 -t kp1/{app_version}/{extension}/{token}/json/42 \\
      -e kp1/{app_version}/{extension}/{token}/json/42/status -m '[{{\"temperature\":21}}]' -W 5
  mosquitto_pub -V mqttv311 -h {host} -p {port} -t kp1/{app_version}/{extension}/{token}/json -m '[{{\"temperature\":21}}]'
  curl -s {http}/minikaa/api/v1/events
"
    );
}
