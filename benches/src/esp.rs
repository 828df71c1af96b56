//! Round trips over NATS: an extension of this SDK beside a bare async-nats responder, on the same server and runtime, in turns.

mod bare;
mod server;
mod through_sdk;

use std::{future::Future, time::Instant};

use futures::{StreamExt as _, stream::FuturesUnordered};

use crate::{
    esp::server::NatsServer,
    report::{Bound, Report},
};

/// Turns of each candidate, first one and then the other first; the median counts.
const ROUNDS: usize = 12;
const IN_FLIGHT: usize = 256;
const CALLS_IN_FLIGHT: usize = 60_000;
const CALLS_ALONE: usize = 6_000;

pub(crate) fn run() -> Report {
    let mut report = Report::new("esp");
    let server = NatsServer::start();
    for (runtime, threads) in [("multi-thread", Some(2)), ("current-thread", None)] {
        let runtime_of = || match threads {
            Some(threads) => tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build(),
            None => tokio::runtime::Builder::new_current_thread().enable_all().build(),
        };
        let executor = runtime_of().expect("a runtime");
        executor.block_on(measure(&mut report, runtime, server.url()));
    }
    report
}

async fn measure(report: &mut Report, runtime: &str, url: &str) {
    let bare = bare::Bare::start(url).await;
    let sdk = through_sdk::Sdk::start(url).await;
    let (mut rates, mut p50s) = (Pairs::default(), Pairs::default());
    // A first turn of each warms up and does not count.
    for round in 0..=ROUNDS {
        let (rate_of, p50_of) = if round % 2 == 0 {
            let bare = (rate(|| bare.call()).await, p50(|| bare.call()).await);
            let sdk = (rate(|| sdk.call()).await, p50(|| sdk.call()).await);
            ((bare.0, sdk.0), (bare.1, sdk.1))
        } else {
            let sdk = (rate(|| sdk.call()).await, p50(|| sdk.call()).await);
            let bare = (rate(|| bare.call()).await, p50(|| bare.call()).await);
            ((bare.0, sdk.0), (bare.1, sdk.1))
        };
        if round > 0 {
            rates.0.push(rate_of);
            p50s.0.push(p50_of);
        }
    }
    sdk.shutdown().await;
    let case = |what: &str| format!("echo/{runtime}/{what}");
    let flight = format!("{IN_FLIGHT}-in-flight");
    report.add(case(&flight), "bare_round_trips_per_s", rates.median(|(bare, _)| bare), Bound::None);
    report.add(case(&flight), "sdk_round_trips_per_s", rates.median(|(_, sdk)| sdk), Bound::None);
    report.add(case(&flight), "ratio_to_bare", rates.median(|(bare, sdk)| sdk / bare), Bound::AtLeast(1.0));
    report.add(case("1-in-flight"), "bare_p50_us", p50s.median(|(bare, _)| bare), Bound::None);
    report.add(case("1-in-flight"), "sdk_p50_us", p50s.median(|(_, sdk)| sdk), Bound::None);
    report.add(case("1-in-flight"), "p50_ratio_to_bare", p50s.median(|(bare, sdk)| sdk / bare), Bound::AtMost(1.15));
}

/// A figure of bare async-nats and of the SDK for each round. The ratio is taken within a round: what else the machine does
/// changes from round to round.
#[derive(Default)]
struct Pairs(Vec<(f64, f64)>);

impl Pairs {
    fn median(&self, of: impl Fn((f64, f64)) -> f64) -> f64 {
        median(&mut self.0.iter().copied().map(of).collect::<Vec<_>>())
    }
}

/// Calls per second with many in flight.
async fn rate<F: Future<Output = ()>>(call: impl Fn() -> F) -> f64 {
    let started = Instant::now();
    let mut calls: FuturesUnordered<F> = (0..IN_FLIGHT).map(|_| call()).collect();
    for _ in IN_FLIGHT..CALLS_IN_FLIGHT {
        calls.next().await;
        calls.push(call());
    }
    while calls.next().await.is_some() {}
    f64::from(u32::try_from(CALLS_IN_FLIGHT).unwrap_or(u32::MAX)) / started.elapsed().as_secs_f64()
}

/// Median latency of one call after the other, in microseconds.
async fn p50<F: Future<Output = ()>>(call: impl Fn() -> F) -> f64 {
    let mut latencies = Vec::with_capacity(CALLS_ALONE);
    for _ in 0..CALLS_ALONE {
        let started = Instant::now();
        call().await;
        latencies.push(started.elapsed().as_secs_f64() * 1e6);
    }
    median(&mut latencies)
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
