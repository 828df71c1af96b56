//! Who sees every event.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{Json, Router, routing::get};
use kaa_endpoint::{
    dstp::DataSamplesEvent,
    elce::{ConnectedEvent, DisconnectedEvent, RegisteredEvent, UnregisteredEvent},
};
use kaa_ism::{Context, Event, Fanout, Originator, Role, Status, listen};
use kaa_service::{Error, RunningService, Service, Settings, Transport};
use serde::Serialize;

/// How many endpoints are told apart. The events of more are counted, but not by endpoint.
const ENDPOINTS: usize = 10_000;

/// Counts the events of the platform by kind and endpoint: what a user sees who wonders whether his device arrives.
///
/// `GET /minikaa/api/v1/events` answers, for example,
/// `{"endpoint.data-collection.data-samples-received": {"total": 7, "endpoints": {"ep-1": 7}}}`. For data samples it counts
/// samples, for the other events endpoints.
#[derive(Clone, Debug, Default)]
pub struct Observer(Arc<Mutex<BTreeMap<&'static str, Seen>>>);

#[derive(Clone, Debug, Default, Serialize)]
struct Seen {
    total: usize,
    endpoints: BTreeMap<String, usize>,
}

impl Observer {
    pub(crate) async fn start(
        &self,
        settings: Settings,
        transport: Arc<dyn Transport>,
    ) -> Result<RunningService, Error> {
        Service::on(settings, transport)
            .serve(self.listen(|event: &ConnectedEvent| event.endpoints.keys().map(|id| (id.clone(), 1)).collect()))
            .serve(self.listen(|event: &DisconnectedEvent| event.endpoints.keys().map(|id| (id.clone(), 1)).collect()))
            .serve(self.listen(|event: &RegisteredEvent| vec![(event.endpoint_id.clone(), 1)]))
            .serve(self.listen(|event: &UnregisteredEvent| vec![(event.endpoint_id.clone(), 1)]))
            .serve(self.listen(|event: &DataSamplesEvent| vec![(event.endpoint_id.clone(), event.data_samples.len())]))
            .start()
            .await
    }

    fn listen<E: Event>(&self, counts: fn(&E) -> Vec<(String, usize)>) -> impl Role {
        let observer = self.clone();
        listen(Originator::Any, Fanout::EveryReplica, move |event: E, _: Context| {
            observer.count(E::KIND.as_str(), counts(&event));
            std::future::ready(Ok::<(), Status>(()))
        })
    }

    fn count(&self, kind: &'static str, counts: Vec<(String, usize)>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = all.entry(kind).or_default();
        for (endpoint, count) in counts {
            seen.total += count;
            if seen.endpoints.len() < ENDPOINTS || seen.endpoints.contains_key(&endpoint) {
                *seen.endpoints.entry(endpoint).or_default() += count;
            }
        }
    }

    pub(crate) fn routes(&self) -> Router {
        let observer = self.clone();
        let events = move || {
            let seen = observer.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
            std::future::ready(Json(seen))
        };
        Router::new().route("/minikaa/api/v1/events", get(events))
    }
}
