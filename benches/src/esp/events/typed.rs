//! The same through role, runner and kaa-nats: encode, stamp, decode; lanes too for listeners.

use std::sync::Arc;

use bytes::Bytes;
use futures::StreamExt as _;
use kaa_endpoint::dstp::{DataSamplesEvent, DataSamplesEventRef};
use kaa_ism::{Bus as _, Context, EventFilter, Fanout, InstanceName, listen, observe};
use kaa_service::{RunningService, Service, ServiceHandle};

use super::{
    DATUM, LISTENERS, Taker, subscribe, turn,
    window::{Taken, Window},
};
use crate::esp::through_sdk::service;

const SUBJECT: &str = "kaa.v1.events.publisher.endpoint.data-collection.data-samples-received";
const ACKNOWLEDGEMENTS: &str = "taken.sdk";

/// Bytes of the sample in each event; the other fields take the rest of [`DATUM`].
const SAMPLE: usize = 138;

pub(super) struct Typed {
    publisher: ServiceHandle,
    sample: Bytes,
    window: Window,
    services: Vec<RunningService>,
}

impl Typed {
    /// Returns the bytes of an event, too.
    pub(super) async fn start(taker: Taker, url: &str) -> (Self, Bytes) {
        let (publisher, connection) = service("publisher", url).await;
        let publisher = publisher.start().await.expect("the publisher starts");
        let (handle, sample) = (publisher.handle(), sample());
        let mut published = subscribe(connection.client(), SUBJECT).await;
        publish(&handle, &sample).await;
        let datum = published.next().await.expect("an event").payload;
        assert_eq!(datum.len(), DATUM);

        let mut services = vec![publisher];
        for listener in 0..LISTENERS {
            let (service, own) = service(&format!("listener-{listener}"), url).await;
            let taken = Arc::new(Taken::new(own.client().clone(), ACKNOWLEDGEMENTS, listener));
            services.push(serve(service, taker, taken).start().await.expect("the listener starts"));
        }
        let window = Window::open(connection.client(), ACKNOWLEDGEMENTS).await;
        (Self { publisher: handle, sample, window, services }, datum)
    }

    pub(super) async fn turn(&mut self) -> f64 {
        let Self { publisher, sample, window, .. } = self;
        turn(window, async || publish(publisher, sample).await).await
    }

    pub(super) async fn shutdown(self) {
        for service in self.services {
            service.shutdown().await;
        }
    }
}

fn serve(service: Service, taker: Taker, taken: Arc<Taken>) -> Service {
    let from = EventFilter::of(InstanceName::parse("publisher").expect("a name"));
    match taker {
        Taker::Observer => {
            let look = move |event: DataSamplesEventRef<'_>, _: &Context| {
                assert_eq!(event.data_samples.len(), 1);
                taken.one();
                Ok(())
            };
            service.serve(observe::<DataSamplesEvent>(from, Fanout::EveryReplica, look))
        }
        Taker::Listener => {
            service.serve(listen(from, Fanout::EveryReplica, move |event: DataSamplesEvent, _: Context| {
                assert_eq!(event.data_samples.len(), 1);
                taken.one();
                async { Ok(()) }
            }))
        }
    }
}

async fn publish(publisher: &ServiceHandle, sample: &Bytes) {
    publisher.broadcast(event(sample)).await.expect("a connection");
}

/// What is published.
pub(super) fn event(sample: &Bytes) -> DataSamplesEvent {
    DataSamplesEvent::new("smart_kettle_v1", "0b8f3a52-7f43-4a52-9d34-5f0f6f3f8b11", [sample.clone()])
}

/// What is in it.
pub(super) fn sample() -> Bytes {
    Bytes::from(vec![b'x'; SAMPLE])
}
