//! What somebody would write who needs this one event and nothing else: the bare candidate, and the codec of this SDK.

use async_nats::Client;
use bytes::Bytes;
use kaa_endpoint::dstp::DataSamplesEventRef;
use kaa_ism::Message as _;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::{
    bare::listeners,
    turn,
    typed::{event, sample},
    window::Window,
};

/// As long as that of a typed event.
const SUBJECT: &str = "kaa.v1.events.by-handed.endpoint.data-collection.data-samples-received";
/// A time stamp as long as any.
const NOW: i64 = 1_767_225_600_000;
const ACKNOWLEDGEMENTS: &str = "taken.by-hand";

pub(super) struct ByHand {
    client: Client,
    sample: Bytes,
    window: Window,
    _listeners: JoinSet<()>,
}

impl ByHand {
    pub(super) async fn start(url: &str) -> Self {
        let listeners = listeners(url, SUBJECT, ACKNOWLEDGEMENTS, |datum| {
            let event = DataSamplesEventRef::decode(datum).expect("an event");
            assert_eq!(event.data_samples.len(), 1);
        });
        let listeners = listeners.await;
        let client = async_nats::connect(url).await.expect("a connection");
        let window = Window::open(&client, ACKNOWLEDGEMENTS).await;
        Self { client, sample: sample(), window, _listeners: listeners }
    }

    pub(super) async fn turn(&mut self) -> f64 {
        let Self { client, sample, window, .. } = self;
        turn(window, async || {
            let mut event = event(sample);
            (event.correlation_id, event.timestamp) = (Uuid::new_v4().to_string(), NOW);
            client.publish(SUBJECT, event.to_bytes()).await.expect("a connection");
        })
        .await
    }
}
