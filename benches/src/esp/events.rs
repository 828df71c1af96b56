//! Events, each for several listeners.

mod bare;
mod by_hand;
mod typed;
mod window;

use std::time::Instant;

use async_nats::{Client, Subscriber};

use self::{bare::Bare, by_hand::ByHand, typed::Typed, window::Window};
use super::{
    cases::Cases,
    server::settle,
    threads::Threads,
    turns::{Names, Turns},
};
use crate::report::Bound;

/// Who listens, each on a connection of its own. Every event is for all of them.
const LISTENERS: u8 = 4;

/// Published in one turn.
const EVENTS: u32 = 60_000;

/// The bytes of an event.
const DATUM: usize = 256;

const DELIVERED: Names = Names {
    bare: "bare_delivered_per_s",
    by_hand: "by_hand_delivered_per_s",
    sdk: "sdk_delivered_per_s",
    by_hand_ratio: "by_hand_ratio_to_bare",
    ratio: "ratio_to_bare",
};

/// How the SDK takes an event.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Taker {
    /// By [`observe`](kaa_ism::observe): where it lies.
    Observer,
    /// By [`listen`](kaa_ism::listen): as a value of its own, in a future.
    Listener,
}

pub(crate) async fn measure(cases: &mut Cases<'_>, taker: Taker, threads: Threads, url: &str) {
    let takers = match taker {
        Taker::Observer => "observers",
        Taker::Listener => "listeners",
    };
    let case = format!("events/{threads}/{LISTENERS}-{takers}");
    if !cases.wants(&case) {
        return;
    }
    let (mut typed, datum) = Typed::start(taker, url).await;
    let mut bare = Bare::start(url, datum).await;
    let mut by_hand = ByHand::start(url).await;
    let turns = Turns::take(async || bare.turn().await, async || by_hand.turn().await, async || typed.turn().await);
    turns.await.report(cases, &case, DELIVERED, Bound::AtLeast(0.9));
    typed.shutdown().await;
}

/// Events that have been taken per second, by all listeners together.
async fn turn(window: &mut Window, publish: impl AsyncFn()) -> f64 {
    let started = Instant::now();
    for _ in 0..EVENTS {
        publish().await;
        window.sent_one().await;
    }
    window.all_taken().await;
    f64::from(EVENTS) * f64::from(LISTENERS) / started.elapsed().as_secs_f64()
}

/// A subscription that the server knows of: what is published from now on reaches it.
async fn subscribe(client: &Client, subject: &'static str) -> Subscriber {
    let subscriber = client.subscribe(subject).await.expect("a subscription");
    settle(client).await;
    subscriber
}
