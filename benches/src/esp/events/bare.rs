//! async-nats alone: `publish` on one side, subscriptions on the other, the bytes of a typed event, no codec.

use async_nats::Client;
use bytes::Bytes;
use futures::StreamExt as _;
use tokio::task::JoinSet;

use super::{
    LISTENERS, subscribe, turn,
    window::{Taken, Window},
};

/// As long as that of a typed event.
const SUBJECT: &str = "kaa.v1.events.bare-nats.endpoint.data-collection.data-samples-received";
const ACKNOWLEDGEMENTS: &str = "taken.bare";

pub(super) struct Bare {
    client: Client,
    datum: Bytes,
    window: Window,
    _listeners: JoinSet<()>,
}

impl Bare {
    pub(super) async fn start(url: &str, datum: Bytes) -> Self {
        let listeners = listeners(url, SUBJECT, ACKNOWLEDGEMENTS, |_| {}).await;
        let client = async_nats::connect(url).await.expect("a connection");
        let window = Window::open(&client, ACKNOWLEDGEMENTS).await;
        Self { client, datum, window, _listeners: listeners }
    }

    pub(super) async fn turn(&mut self) -> f64 {
        let Self { client, datum, window, .. } = self;
        turn(window, async || client.publish(SUBJECT, datum.clone()).await.expect("a connection")).await
    }
}

/// Subscribers that do this with each event.
pub(super) async fn listeners(
    url: &str,
    subject: &'static str,
    acknowledgements: &'static str,
    take: fn(&Bytes),
) -> JoinSet<()> {
    let mut listeners = JoinSet::new();
    for listener in 0..LISTENERS {
        let own = async_nats::connect(url).await.expect("a connection");
        let mut events = subscribe(&own, subject).await;
        let taken = Taken::new(own, acknowledgements, listener);
        listeners.spawn(async move {
            while let Some(event) = events.next().await {
                take(&event.payload);
                taken.one();
            }
        });
    }
    listeners
}
