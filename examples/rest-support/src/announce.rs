use kaa_ism::{Bus as _, Event};
use kaa_protocol::EndpointId;
use kaa_service::ServiceHandle;

/// Publishes what a service has to tell as events.
///
/// One that cannot be published is logged and counted, by the name of its record as `event`.
#[derive(Clone, Debug)]
pub struct BusAnnounce {
    handle: ServiceHandle,
    lost: &'static str,
}

impl BusAnnounce {
    /// Publishes through `handle`, and counts what is lost in the metric `lost`.
    #[must_use]
    pub fn new(handle: ServiceHandle, lost: &'static str) -> Self {
        Self { handle, lost }
    }

    /// Publishes an event about this endpoint. When the future is dropped, it may have been published or not.
    pub async fn publish<E: Event>(&self, endpoint_id: &EndpointId, event: E) {
        if let Err(error) = self.handle.broadcast(event).await {
            self.handle.metrics().counter(self.lost, &[("event", E::NAME)]).increment();
            tracing::error!(%endpoint_id, event = E::NAME, %error, "an event was not published");
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::StreamExt as _;
    use kaa_endpoint::elce::RegisteredEvent;
    use kaa_ism::{Message as _, SubjectFilter};
    use kaa_service::transport::{Delivery, Transport as _};
    use kaa_service::{MemoryBus, Service, Settings};

    use super::*;

    const LOST: &str = "epr_events_lost_total";

    #[tokio::test]
    async fn an_event_is_published_or_counted() {
        let bus = MemoryBus::new();
        let handle = Service::new(Settings::new("epr").unwrap(), bus.clone()).handle();
        let lost = handle.metrics().counter(LOST, &[("event", "RegisteredEvent")]);
        let announce = BusAnnounce::new(handle, LOST);
        let endpoint = EndpointId::parse("ep-1").unwrap();
        let event = || RegisteredEvent::new("kettle-v1", endpoint.as_str());
        let mut told = bus.subscribe(SubjectFilter::parse("kaa.v1.events.epr.>").unwrap(), None).await.unwrap();

        announce.publish(&endpoint, event()).await;
        let Some(Delivery::Message(incoming)) = told.next().await else { panic!("no event") };
        assert_eq!(RegisteredEvent::decode(&incoming.body).unwrap().endpoint_id, "ep-1");
        assert_eq!(lost.value(), 0);

        bus.set_connected(false);
        announce.publish(&endpoint, event()).await;
        assert_eq!(lost.value(), 1);
    }
}
