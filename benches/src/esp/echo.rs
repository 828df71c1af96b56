//! Round trips: an extension that gives back what it gets.

use std::{future::Future, time::Instant};

use futures::{StreamExt as _, stream::FuturesUnordered};

use super::{
    bare::Bare,
    by_hand::ByHand,
    cases::Cases,
    observed,
    threads::Threads,
    through_sdk::Sdk,
    turns::{Names, Turns},
};
use crate::{measure::median, report::Bound};

const IN_FLIGHT: usize = 256;
const CALLS_IN_FLIGHT: u32 = 60_000;
const CALLS_ALONE: usize = 6_000;

const ROUND_TRIPS: Names = Names {
    bare: "bare_round_trips_per_s",
    by_hand: "by_hand_round_trips_per_s",
    sdk: "sdk_round_trips_per_s",
    by_hand_ratio: "by_hand_ratio_to_bare",
    ratio: "ratio_to_bare",
};

const LATENCIES: Names = Names {
    bare: "bare_p50_us",
    by_hand: "by_hand_p50_us",
    sdk: "sdk_p50_us",
    by_hand_ratio: "by_hand_p50_ratio_to_bare",
    ratio: "p50_ratio_to_bare",
};

pub(crate) struct Echo {
    /// What its cases begin with.
    pub(crate) name: &'static str,
    pub(crate) threads: Threads,
    /// Whether somebody looks at metrics and spans.
    pub(crate) is_observed: bool,
    /// What is asked of many in flight.
    pub(crate) ratio: Bound,
}

impl Echo {
    pub(crate) async fn measure(&self, cases: &mut Cases<'_>, url: &str) {
        let case = |in_flight: usize| format!("{}/{}/{in_flight}-in-flight", self.name, self.threads);
        let (many, alone) = (case(IN_FLIGHT), case(1));
        if !cases.wants(&many) && !cases.wants(&alone) {
            return;
        }
        observed::check_spans(url, self.is_observed).await;
        let bare = Bare::start(url).await;
        let by_hand = ByHand::start(url).await;
        let sdk = Sdk::start(url).await;
        if self.is_observed {
            sdk.look_at_metrics();
        }
        if cases.wants(&many) {
            let turns = Turns::take(
                async || rate(|| bare.call()).await,
                async || rate(|| by_hand.call()).await,
                async || rate(|| sdk.call()).await,
            );
            turns.await.report(cases, &many, ROUND_TRIPS, self.ratio);
        }
        if cases.wants(&alone) {
            let turns = Turns::take(
                async || p50(|| bare.call()).await,
                async || p50(|| by_hand.call()).await,
                async || p50(|| sdk.call()).await,
            );
            turns.await.report(cases, &alone, LATENCIES, Bound::AtMost(1.15));
        }
        sdk.check_times(self.is_observed);
        sdk.shutdown().await;
    }
}

/// Calls per second with many in flight.
pub(crate) async fn rate<F: Future<Output = ()>>(call: impl Fn() -> F) -> f64 {
    let started = Instant::now();
    let mut calls: FuturesUnordered<F> = (0..IN_FLIGHT).map(|_| call()).collect();
    for _ in IN_FLIGHT..CALLS_IN_FLIGHT as usize {
        calls.next().await;
        calls.push(call());
    }
    while calls.next().await.is_some() {}
    f64::from(CALLS_IN_FLIGHT) / started.elapsed().as_secs_f64()
}

/// Median latency of one call after the other, in microseconds.
async fn p50<F: Future<Output = ()>>(call: impl Fn() -> F) -> f64 {
    let mut latencies = Vec::with_capacity(CALLS_ALONE);
    for _ in 0..CALLS_ALONE {
        let started = Instant::now();
        call().await;
        latencies.push(started.elapsed().as_secs_f64() * 1e6);
    }
    median(latencies)
}
