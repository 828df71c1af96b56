//! The settings of the chassis itself.

use std::time::Duration;

use kaa_ism::{Identity, InstanceName, InvalidToken, ReplicaId, WireRevision};

use super::{
    Settings,
    node::{Content, Node},
    place::Origin,
    policy::Policy,
};
use crate::{Error, management::Port};

pub(super) const DEFAULT_NATS_URL: &str = "nats://nats:4222";
const DEFAULT_GRACE: u64 = 30;
const INSTANCE: &str = "service.instance.name";
const REPLICA: &str = "service.instance.replica.id";
const GRACE: &str = "service.graceful-shutdown";
const URLS: &str = "nats.urls";
/// Checked here, and read by whoever runs the service.
const MANAGEMENT: &str = "management.port";

impl Settings {
    /// The same settings for another service instance of the process, with a random replica id of its own.
    #[must_use]
    pub fn for_instance(&self, instance: InstanceName) -> Self {
        Self { identity: Identity::new(instance, ReplicaId::random()), ..self.clone() }
    }

    /// With other NATS servers.
    #[must_use]
    pub fn with_nats_urls(self, urls: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.with_nats_urls_of("the program", urls)
    }

    /// With other NATS servers, and who has named them.
    pub(crate) fn with_nats_urls_of(mut self, who: &str, urls: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.nats_urls = urls.into_iter().map(Into::into).collect();
        who.clone_into(&mut self.nats_urls_from);
        self
    }

    /// With another time for finishing what is in work.
    #[must_use]
    pub fn with_graceful_shutdown(mut self, graceful_shutdown: Duration) -> Self {
        self.graceful_shutdown = graceful_shutdown;
        self
    }

    /// With peers of another release: the few messages that changed in the middle are written and read as these do. It
    /// wins over `WIRE_REVISION` and `service.wire-revision`, whose values are the names of [`WireRevision`] as
    /// `2020-07` or `2024-05-04`; default the newest. Nothing on the wire says it, so it holds for all peers of the
    /// service.
    #[must_use]
    pub fn with_wire_revision(mut self, revision: WireRevision) -> Self {
        self.policy.revision = revision;
        self
    }

    /// Instance name and replica id.
    #[must_use]
    pub fn identity(&self) -> Identity {
        self.identity.clone()
    }

    /// How long finishing what is in work may take.
    #[must_use]
    pub fn graceful_shutdown(&self) -> Duration {
        self.graceful_shutdown
    }

    /// The NATS servers. They may contain passwords.
    #[must_use]
    pub fn nats_urls(&self) -> &[String] {
        &self.nats_urls
    }

    /// Who has named the NATS servers, for an error to tell: the variable, the key with its place, or the program.
    #[must_use]
    pub fn nats_urls_from(&self) -> &str {
        &self.nats_urls_from
    }

    /// The release of the peers.
    #[must_use]
    pub fn wire_revision(&self) -> WireRevision {
        self.policy.revision
    }

    /// How messages are treated.
    pub(crate) fn policy(&self) -> Policy {
        self.policy
    }
}

/// Who a service is by default.
pub(super) fn identity_of(service: &str) -> Result<Identity, Error> {
    let name = Node::from_json(&Origin::Program, service.into());
    Ok(Identity::new(checked(INSTANCE, &name, InstanceName::parse)?, ReplicaId::random()))
}

/// Reads them from the tree and the environment of `own`.
pub(super) fn read(own: &mut Settings) -> Result<(), Error> {
    // The keys of all services, also of others than this one, are below `kaa`.
    own.keys().known.note_above("kaa");
    if let Some(name) = set(own, INSTANCE) {
        own.identity.instance = checked(INSTANCE, &name, InstanceName::parse)?;
    }
    if let Some(id) = set(own, REPLICA) {
        own.identity.replica = checked(REPLICA, &id, ReplicaId::parse)?;
    }
    own.graceful_shutdown = Duration::from_secs(own.get(GRACE)?.unwrap_or(DEFAULT_GRACE));
    (own.nats_urls, own.nats_urls_from) = match set(own, URLS) {
        None => (vec![DEFAULT_NATS_URL.to_owned()], format!("the default; set NATS_URLS or {URLS}")),
        Some(node) => (nats_urls(&node)?, named_by(&node)),
    };
    own.get::<Port>(MANAGEMENT)?;
    own.policy = Policy::read(own)?;
    Ok(())
}

/// What the variable of a key says, else what is set at it. It is known by that.
fn set(own: &Settings, key: &str) -> Option<Node> {
    own.keys().known.note(key);
    own.environment.find(key).or_else(|| own.value(key).cloned())
}

fn checked<T>(key: &'static str, node: &Node, parse: impl Fn(String) -> Result<T, InvalidToken>) -> Result<T, Error> {
    parse(text(key, node)?)
        .map_err(|error| Error::invalid_settings(node.place.to_string(), format!("`{key}`: {error}")))
}

fn text(key: &str, node: &Node) -> Result<String, Error> {
    let expected = || Error::invalid_settings(node.place.to_string(), format!("`{key}`: expected a text"));
    node.to_text().ok_or_else(expected)
}

/// Who has named the servers, and where.
fn named_by(node: &Node) -> String {
    match &node.place.origin {
        Origin::Variable(name) => name.to_string(),
        _ => format!("`{URLS}`, the configuration {}", node.place),
    }
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

#[cfg(test)]
mod tests {
    use kaa_proves::proves;

    use super::*;
    use crate::settings::{environment::Environment, tests::loaded, yaml};

    #[proves("ISM-006")]
    #[test]
    fn a_replica_may_have_the_name_of_its_pod() {
        let variables = [("INSTANCE_REPLICA_ID", "dcx-5d9f7c6b8-x2x4z")];
        for yaml in ["", "service.instance.replica.id: r1"] {
            assert_eq!(loaded(yaml, &variables).identity().replica.as_str(), "dcx-5d9f7c6b8-x2x4z");
        }
        let empty = loaded("service.instance.replica.id: r1", &[("INSTANCE_REPLICA_ID", "")]);
        assert_eq!(empty.identity().replica.as_str(), "r1");
    }

    #[test]
    fn who_has_named_the_servers_is_known() {
        let from = |yaml, variables: &[_]| loaded(yaml, variables).nats_urls_from().to_owned();
        assert_eq!(from("", &[]), "the default; set NATS_URLS or nats.urls");
        assert_eq!(from("nats.urls: a", &[("NATS_URLS", "b")]), "NATS_URLS");
        assert_eq!(from("nats: {urls: a}", &[]), "`nats.urls`, the configuration `config.yml` (line 1, column 8)");
        assert_eq!(loaded("nats.urls: a", &[]).with_nats_urls(["b"]).nats_urls_from(), "the program");
    }

    #[test]
    fn a_management_port_that_is_none_is_refused_at_the_start() {
        for port in ["0", "-1", "65535"] {
            loaded(&format!("management.port: {port}"), &[]);
        }
        let error = |yaml| Settings::from_yaml("dcx", yaml).unwrap_err().to_string();
        insta::assert_snapshot!(error("management:\n  port: 70000"), @"the configuration of the program (line 2, column 3) is not valid: `management.port`: 70000 is no port; -1 is none at all");
        insta::assert_snapshot!(error("management.port: http"), @r#"the configuration of the program (line 1, column 1) is not valid: `management.port`: invalid type: string "http", expected a whole number"#);
    }

    #[test]
    fn other_instances_of_the_process_have_ids_of_their_own() {
        let settings = loaded("", &[("INSTANCE_REPLICA_ID", "pod-1")]);
        let other = settings.for_instance(InstanceName::parse("other").unwrap());
        assert_ne!(other.identity().replica.as_str(), "pod-1");
    }

    #[proves("ISM-025")]
    #[test]
    fn an_id_that_is_no_subject_token_is_an_error_that_says_what_would_be() {
        let variables = [("INSTANCE_REPLICA_ID".to_owned(), "dcx.0".to_owned())];
        let tree = yaml::parse(&Origin::Program, "").unwrap();
        let error = Settings::build("dcx", tree, Environment::from_variables(variables), None).unwrap_err();
        insta::assert_debug_snapshot!(error, @r#"the configuration in the variable `INSTANCE_REPLICA_ID` is not valid: `service.instance.replica.id`: replica id "dcx.0" is no subject token: '.' at byte 3; expected one or more characters without '.', '*', '>' and white space"#);
    }
}
