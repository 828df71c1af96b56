//! The bus side of the register: tells what changes, and notes which version a connected endpoint speaks.

use std::collections::BTreeMap;

use kaa_endpoint::{
    elce::{AppVersionUpdatedEvent, ConnectedEvent, RegisteredEvent, UnregisteredEvent},
    eme::{MetadataKeyUpdatedDto, MetadataUpdatedEvent},
};
use kaa_ism::{Context, EventListener, Status};
use kaa_protocol::{AppVersionName, EndpointId};
use kaa_service::Counter;
use rest_support::BusAnnounce;

use crate::{Announce, Endpoint, EndpointRepository, Endpoints, Metadata, TokenProvisioner};

/// Counts events that could not be published.
pub(crate) const EVENTS_LOST: &str = "epr_events_lost_total";

impl Announce for BusAnnounce {
    async fn registered(&self, endpoint: &Endpoint) {
        let event = RegisteredEvent::new(endpoint.app_version.name.as_str(), endpoint.id.as_str());
        self.publish(&endpoint.id, event).await;
    }

    async fn unregistered(&self, endpoint: &Endpoint) {
        let event = UnregisteredEvent::new(endpoint.app_version.name.as_str(), endpoint.id.as_str());
        self.publish(&endpoint.id, event).await;
    }

    async fn app_version_updated(&self, endpoint: &Endpoint, previous: &AppVersionName) {
        let now = endpoint.app_version.name.as_str();
        self.publish(&endpoint.id, AppVersionUpdatedEvent::new(now, previous.as_str(), endpoint.id.as_str())).await;
    }

    async fn metadata_updated(&self, endpoint: &Endpoint, previous: &Metadata) {
        self.publish(&endpoint.id, metadata_event(endpoint, previous)).await;
    }
}

fn metadata_event(endpoint: &Endpoint, previous: &Metadata) -> MetadataUpdatedEvent {
    let current = &endpoint.metadata;
    let without = |from: &Metadata, other: &Metadata| -> BTreeMap<String, Option<String>> {
        let only = from.iter().filter(|(key, _)| !other.contains_key(*key));
        only.map(|(key, value)| (key.clone(), json_text(value))).collect()
    };
    let updated = current.iter().filter_map(|(key, new)| {
        let old = previous.get(key).filter(|old| *old != new)?;
        Some((key.clone(), MetadataKeyUpdatedDto::new(json_text(new), json_text(old))))
    });
    MetadataUpdatedEvent::new(endpoint.app_version.name.as_str(), endpoint.id.as_str())
        .with_removed(without(previous, current))
        .with_added(without(current, previous))
        .with_updated(updated)
}

/// JSON text; null stands for JSON null (D-29).
fn json_text(value: &serde_json::Value) -> Option<String> {
    (!value.is_null()).then(|| value.to_string())
}

/// Notes the version that each connected endpoint speaks.
pub(crate) struct Connections<R, T, A> {
    pub(crate) endpoints: Endpoints<R, T, A>,
    /// `epr_versions_not_noted_total`: by endpoint, where the log has one line for each event.
    pub(crate) not_noted: Counter,
}

impl<R: EndpointRepository, T: TokenProvisioner, A: Announce> EventListener<ConnectedEvent> for Connections<R, T, A> {
    async fn on_event(&self, event: ConnectedEvent, _: Context) -> Result<(), Status> {
        let (mut count, mut first, mut fault) = (0_usize, None, None);
        for (endpoint, version) in &event.endpoints {
            if let Err(status) = self.note(endpoint, version).await {
                self.not_noted.increment();
                count += 1;
                if fault.is_none() && status.code().as_i32() >= 500 {
                    fault = Some(status.clone());
                }
                first.get_or_insert((endpoint, status));
            }
        }
        if let Some((endpoint_id, status)) = first {
            tracing::warn!(count, endpoint_id, %status, "versions of connected endpoints were not noted; this is the first");
        }
        // Endpoints that are not known are the business of whoever says that they are connected.
        fault.map_or(Ok(()), Err)
    }
}

impl<R: EndpointRepository, T: TokenProvisioner, A: Announce> Connections<R, T, A> {
    async fn note(&self, endpoint: &str, version: &str) -> Result<(), Status> {
        let invalid = |error: kaa_protocol::InvalidName| Status::bad_request(error.to_string());
        let endpoint = EndpointId::parse(endpoint).map_err(invalid)?;
        self.endpoints.set_app_version(endpoint, AppVersionName::parse(version).map_err(invalid)?).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use kaa_ism::{Deadline, Subject};
    use kaa_protocol::ApplicationName;
    use kaa_proves::proves;
    use kaa_service::{MemoryBus, Service, Settings};
    use serde_json::json;

    use super::*;
    use crate::{Applications, SqliteEndpoints, provision::NoTokens};

    // D-29
    #[proves("EME-004", "EME-005", "EME-006")]
    #[test]
    fn a_metadata_event_names_what_is_removed_added_and_updated() {
        let metadata = |value: serde_json::Value| value.as_object().unwrap().clone();
        let previous = metadata(json!({"gone": 1, "same": true, "text": "a", "nothing": null}));
        let endpoint = Endpoint::new(
            EndpointId::parse("ep-1").unwrap(),
            ApplicationName::parse("demo").unwrap(),
            AppVersionName::parse("demo-v1").unwrap(),
            0,
        )
        .with_metadata(metadata(json!({"same": true, "text": "b", "nothing": 0, "new": null})));
        let event = metadata_event(&endpoint, &previous);
        assert_eq!(event.removed, BTreeMap::from([("gone".into(), Some("1".into()))]));
        assert_eq!(event.added, BTreeMap::from([("new".into(), None)]));
        assert_eq!(event.updated["text"], MetadataKeyUpdatedDto::new(Some("\"b\"".into()), Some("\"a\"".into())));
        assert_eq!(event.updated["nothing"], MetadataKeyUpdatedDto::new(Some("0".into()), None));
        assert_eq!(event.updated.len(), 2);
    }

    fn context() -> Context {
        let subject = Subject::parse("kaa.v1.events.kpc.endpoint.connectivity.connected").unwrap();
        Context::new(subject, None, Deadline::NEVER)
    }

    #[tokio::test]
    async fn unknown_endpoints_are_counted_and_fail_no_event_but_a_broken_store_does() {
        let repository = SqliteEndpoints::in_memory().await.unwrap();
        let version = |name: &str| AppVersionName::parse(name).unwrap();
        let name = ApplicationName::parse("kettle").unwrap();
        let known = Endpoint::new(EndpointId::parse("m").unwrap(), name.clone(), version("k1"), 0);
        repository.create(&known).await.unwrap();
        let bus = MemoryBus::new();
        let handle = Service::new(Settings::new("epr").unwrap(), bus).handle();
        let not_noted = handle.metrics().counter("epr_versions_not_noted_total", &[]);
        let announce = BusAnnounce::new(handle, EVENTS_LOST);
        let applications = Applications::new([(name, vec![version("k1"), version("k2")])]).unwrap();
        let endpoints = Endpoints::new(repository.clone(), NoTokens, announce, applications, || 1);
        let connections = Connections { endpoints: endpoints.clone(), not_noted: not_noted.clone() };
        let event = |ids: &[&str]| ConnectedEvent::new(ids.iter().map(|id| ((*id).to_owned(), "k2".to_owned())));
        connections.on_event(event(&["a", "not/an/id", "m", "z"]), context()).await.unwrap();
        assert_eq!(not_noted.value(), 3);
        assert_eq!(endpoints.find(&known.id).await.unwrap().app_version.name, version("k2"));

        repository.close().await;
        let status = connections.on_event(event(&["a"]), context()).await.unwrap_err();
        assert_eq!((status.code().as_i32(), not_noted.value()), (500, 4));
    }
}
