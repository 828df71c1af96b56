//! The bus side of the register: tells what changes, and notes which version a connected endpoint speaks.

use std::collections::BTreeMap;

use kaa_endpoint::{
    elce::{AppVersionUpdatedEvent, ConnectedEvent, RegisteredEvent, UnregisteredEvent},
    eme::{MetadataKeyUpdatedDto, MetadataUpdatedEvent},
};
use kaa_ism::{Bus as _, Context, Event, EventListener, Status};
use kaa_protocol::{AppVersionName, EndpointId};
use kaa_service::ServiceHandle;

use crate::{Announce, Endpoint, EndpointRepository, Endpoints, Metadata, TokenProvisioner};

/// Publishes what the register has to tell as events. One that cannot be published is logged and counted in
/// `epr_events_lost_total`.
#[derive(Clone, Debug)]
pub struct BusAnnounce(ServiceHandle);

impl BusAnnounce {
    /// Publishes through `handle`.
    #[must_use]
    pub fn new(handle: ServiceHandle) -> Self {
        Self(handle)
    }

    async fn publish<E: Event>(&self, endpoint: &Endpoint, event: E) {
        if let Err(error) = self.0.broadcast(event).await {
            self.0.counters().counter("epr_events_lost_total", &[("event", E::NAME)]).increment();
            tracing::error!(endpoint_id = %endpoint.id, event = E::NAME, %error, "an event was not published");
        }
    }
}

impl Announce for BusAnnounce {
    async fn registered(&self, endpoint: &Endpoint) {
        let event = RegisteredEvent::new(endpoint.app_version.name.as_str(), endpoint.id.as_str());
        self.publish(endpoint, event).await;
    }

    async fn unregistered(&self, endpoint: &Endpoint) {
        let event = UnregisteredEvent::new(endpoint.app_version.name.as_str(), endpoint.id.as_str());
        self.publish(endpoint, event).await;
    }

    async fn app_version_updated(&self, endpoint: &Endpoint, previous: &AppVersionName) {
        let now = endpoint.app_version.name.as_str();
        self.publish(endpoint, AppVersionUpdatedEvent::new(now, previous.as_str(), endpoint.id.as_str())).await;
    }

    async fn metadata_updated(&self, endpoint: &Endpoint, previous: &Metadata) {
        self.publish(endpoint, metadata_event(endpoint, previous)).await;
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
pub(crate) struct Connections<R, T, A>(pub(crate) Endpoints<R, T, A>);

impl<R: EndpointRepository, T: TokenProvisioner, A: Announce> EventListener<ConnectedEvent> for Connections<R, T, A> {
    async fn on_event(&self, event: ConnectedEvent, _: Context) -> Result<(), Status> {
        let mut first_failure = None;
        for (endpoint, version) in &event.endpoints {
            if let Err(status) = self.note(endpoint, version).await {
                tracing::warn!(endpoint_id = endpoint, %status, "the version of a connected endpoint was not noted");
                first_failure.get_or_insert(status);
            }
        }
        first_failure.map_or(Ok(()), Err)
    }
}

impl<R: EndpointRepository, T: TokenProvisioner, A: Announce> Connections<R, T, A> {
    async fn note(&self, endpoint: &str, version: &str) -> Result<(), Status> {
        let invalid = |error: kaa_protocol::InvalidName| Status::bad_request(error.to_string());
        let endpoint = EndpointId::parse(endpoint).map_err(invalid)?;
        self.0.set_app_version(endpoint, AppVersionName::parse(version).map_err(invalid)?).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_metadata_event_names_what_is_removed_added_and_updated_d_29() {
        let metadata = |value: serde_json::Value| value.as_object().unwrap().clone();
        let previous = metadata(json!({"gone": 1, "same": true, "text": "a", "nothing": null}));
        let endpoint = Endpoint::new(
            EndpointId::parse("ep-1").unwrap(),
            kaa_protocol::ApplicationName::parse("demo").unwrap(),
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
}
