//! The settings of the chassis itself.

use std::time::Duration;

use kaa_ism::{Identity, InstanceName, ReplicaId};

use super::{
    Settings,
    environment::{INSTANCE_NAME, NATS_URLS},
    node::{Content, Node},
    place::Origin,
};
use crate::Error;

pub(super) const DEFAULT_NATS_URL: &str = "nats://nats:4222";
const DEFAULT_GRACE: u64 = 30;
const INSTANCE: &str = "service.instance.name";
const REPLICA: &str = "service.instance.replica.id";
const GRACE: &str = "service.graceful-shutdown";
const URLS: &str = "nats.urls";
/// Read by whoever runs the service.
const MANAGEMENT: &str = "management.port";

/// Who a service is by default.
pub(super) fn identity_of(service: &str) -> Result<Identity, Error> {
    let name = Node::from_json(&Origin::Program, service.into());
    Ok(Identity::new(instance_name(INSTANCE, &name)?, ReplicaId::random()))
}

/// Reads them from the tree and the environment of `own`.
pub(super) fn read(own: &mut Settings) -> Result<(), Error> {
    for key in [INSTANCE, REPLICA, URLS, MANAGEMENT] {
        own.keys().known.note(key);
    }
    if let Some(node) = own.environment.variable(INSTANCE_NAME) {
        own.identity.instance = instance_name(INSTANCE_NAME, &node)?;
    } else if let Some(node) = own.value(INSTANCE) {
        own.identity.instance = instance_name(INSTANCE, node)?;
    }
    if let Some(node) = own.value(REPLICA) {
        let replica = ReplicaId::parse(text(REPLICA, node)?);
        own.identity.replica = replica.map_err(|error| Error::invalid_name(REPLICA, node.place.to_string(), error))?;
    }
    own.graceful_shutdown = Duration::from_secs(own.get(GRACE)?.unwrap_or(DEFAULT_GRACE));
    let urls = own.environment.variable(NATS_URLS).or_else(|| own.value(URLS).cloned());
    own.nats_urls = urls.map_or_else(|| Ok(vec![DEFAULT_NATS_URL.to_owned()]), |node| nats_urls(&node))?;
    Ok(())
}

fn instance_name(key: &'static str, node: &Node) -> Result<InstanceName, Error> {
    InstanceName::parse(text(key, node)?).map_err(|error| Error::invalid_name(key, node.place.to_string(), error))
}

fn text(key: &str, node: &Node) -> Result<String, Error> {
    let expected = || Error::invalid_settings(node.place.to_string(), format!("`{key}`: expected a text"));
    node.to_text().ok_or_else(expected)
}

/// A text with commas, or a list of texts.
fn nats_urls(node: &Node) -> Result<Vec<String>, Error> {
    let texts = match &node.content {
        Content::List(items) => items.iter().map(|item| Some(item.as_str()?.to_owned())).collect(),
        _ => node.to_text().map(|text| text.split(',').map(str::to_owned).collect::<Vec<_>>()),
    };
    let expected = || {
        let place = node.place.to_string();
        Error::invalid_settings(place, format!("`{URLS}`: expected a text, or a list of texts"))
    };
    let urls = texts.ok_or_else(expected)?.into_iter().map(|url| url.trim().to_owned());
    Ok(urls.filter(|url| !url.is_empty()).collect())
}
