//! Settings of the environment.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{
    node::{Content, Node},
    place::{Origin, Place},
};

/// Keys below this one have variables.
const ROOT: &str = "kaa.";
const PREFIX: &str = "KAA_";
/// Keys below this one have variables too: whoever connects to NATS reads them.
const NATS: &str = "nats.";
pub(super) const APP_CONFIG_PATH: &str = "APP_CONFIG_PATH";
/// Other keys that have variables.
const OTHERS: [(&str, &str); 4] = [
    ("service.instance.name", "INSTANCE_NAME"),
    ("service.instance.replica.id", "INSTANCE_REPLICA_ID"),
    ("service.wire-revision", "WIRE_REVISION"),
    ("nats.urls", "NATS_URLS"),
];

/// The variables that settings are read from, as they were at the start. A variable without text is none.
#[derive(Clone, Default)]
pub(super) struct Environment(Arc<Variables>);

#[derive(Default)]
struct Variables {
    texts: BTreeMap<String, String>,
    /// Of all variables that somebody may have set for a service.
    names: BTreeSet<String>,
}

impl Environment {
    /// Those of the process.
    pub(super) fn of_the_process() -> Self {
        let text =
            std::env::vars_os().filter_map(|(name, text)| Some((name.into_string().ok()?, text.into_string().ok()?)));
        Self::from_variables(text)
    }

    pub(super) fn from_variables(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut own = Variables::default();
        for (name, text) in variables.into_iter().filter(|(_, text)| !text.is_empty()) {
            if is_link(&name, &text) {
                continue;
            }
            if !is_of_a_service(&name) {
                own.names.insert(name.clone());
            }
            if name.starts_with(PREFIX) || name == APP_CONFIG_PATH || OTHERS.iter().any(|(_, other)| *other == name) {
                own.texts.insert(name, text);
            }
        }
        Self(Arc::new(own))
    }

    /// The names of the variables, but for those that a cluster sets for its services.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.names.iter().map(String::as_str)
    }

    /// Whether a variable is set, whoever reads it.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.names.contains(name)
    }

    /// The text of a variable.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.texts.get(name).map(String::as_str)
    }

    /// The text of a variable, as a setting.
    fn variable(&self, name: &str) -> Option<Node> {
        let place = Place { origin: Origin::Variable(name.into()), position: None };
        self.text(name).map(|text| Node { place, content: Content::Variable(text.to_owned()) })
    }

    /// What the variable of a key says.
    pub(super) fn find(&self, key: &str) -> Option<Node> {
        if self.0.texts.is_empty() { None } else { self.variable(&name(key)?) }
    }

    /// A variable of a key below `key` that is not that of one of its `siblings`, or below them: `KAA_KPC_MAX_PACKET` is
    /// below `kaa.kpc.max` unless `kaa.kpc.max-packet` is a sibling.
    pub(super) fn below(&self, key: &str, siblings: &[String]) -> Option<&str> {
        let own = name(key)? + "_";
        let siblings: Vec<_> =
            siblings.iter().filter_map(|key| name(key)).filter(|name| name.len() >= own.len()).collect();
        let belongs = |variable: &str, name: &String| {
            variable.strip_prefix(name.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
        };
        let variables = self.0.texts.range(own.clone()..).map(|(variable, _)| variable.as_str());
        let mut below = variables.take_while(|variable| variable.starts_with(&own));
        below.find(|variable| !siblings.iter().any(|sibling| belongs(variable, sibling)))
    }

    /// The tree at `key`, with what variables say of the keys that it has.
    pub(super) fn laid_over(&self, key: &str, node: &Node) -> Node {
        if node.place.origin == Origin::Program {
            return node.clone();
        }
        if let Some(variable) = self.find(key) {
            return variable;
        }
        let Some(members) = node.members() else { return node.clone() };
        let members = members.iter().map(|(name, node)| (name.clone(), self.laid_over(&format!("{key}.{name}"), node)));
        Node { place: node.place.clone(), content: Content::Map(members.collect()) }
    }
}

/// The variable that a key is read from: `KAA_KPC_MAX_PACKET` for `kaa.kpc.max-packet`. The items of lists have none.
fn name(key: &str) -> Option<String> {
    if let Some((_, variable)) = OTHERS.iter().find(|(other, _)| *other == key) {
        return Some((*variable).to_owned());
    }
    (key.starts_with(ROOT) && !key.contains('[')).then(|| in_capitals(key))
}

/// The variable of a key, also of one that is read by somebody else.
pub(super) fn variable_of(key: &str) -> Option<String> {
    name(key).or_else(|| key.starts_with(NATS).then(|| in_capitals(key)))
}

/// A key as the name of a variable.
pub(super) fn in_capitals(key: &str) -> String {
    key.replace(['.', '-'], "_").to_uppercase()
}

/// Whether Kubernetes or Docker has set a variable, to say where a port of a service is, and nobody else can have:
/// `NATS_PORT` with a URL, `NATS_PORT_4222_TCP_ADDR`. A service may have any name, also one that begins with `kaa-`.
fn is_link(name: &str, text: &str) -> bool {
    let has_protocol = |rest: &str| {
        let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        ["_TCP", "_UDP", "_SCTP"].iter().any(|protocol| rest.starts_with(protocol))
    };
    (name.ends_with("_PORT") && ["tcp://", "udp://", "sctp://"].iter().any(|scheme| text.starts_with(scheme)))
        || name.split("_PORT_").skip(1).any(|rest| rest.starts_with(|c: char| c.is_ascii_digit()) && has_protocol(rest))
}

/// Whether a variable looks like those by which Kubernetes says where a service is. It may be that of a key all the same.
fn is_of_a_service(name: &str) -> bool {
    name.ends_with("_SERVICE_HOST") || name.contains("_SERVICE_PORT")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(names: &[&str]) -> Environment {
        Environment::from_variables(names.iter().map(|name| ((*name).to_owned(), "text".to_owned())))
    }

    #[test]
    fn keys_below_kaa_have_variables() {
        let environment = environment(&["KAA_KPC_MAX_PACKET", "KAA_POSTGRESQL_SSLMODE", "SERVICE_INSTANCE_NAME"]);
        for key in ["kaa.kpc.max-packet", "kaa.kpc.max.packet", "kaa.postgresql.sslMode"] {
            assert_eq!(environment.find(key).unwrap().to_text().as_deref(), Some("text"), "{key}");
        }
        for key in ["service.instance.name", "kaa.kpc", "kaa.kpc.max", "kpc.max-packet", "kaa.kpc[0]"] {
            assert!(environment.find(key).is_none(), "{key}");
        }
    }

    #[test]
    fn where_the_services_of_a_cluster_are_is_no_setting() {
        let links = [
            ("KAA_TEKTON_PORT", "tcp://10.0.0.1:80"),
            ("KAA_KPC_PORT_1883_TCP", "tcp://10.0.0.1:1883"),
            ("KAA_KPC_PORT_5683_UDP_ADDR", "10.0.0.1"),
        ];
        let settings = [
            ("KAA_TEKTON_PORT", "80"),
            ("KAA_KPC_PORT_MQTT", "1883"),
            ("KAA_KPC_PORT_1883", "mqtt"),
            ("KAA_EPR_SERVICE_HOST", "epr"),
            ("KAA_URL_PORT", "http://host"),
        ];
        let read = |name: &str, text: &str| {
            Environment::from_variables([(name.to_owned(), text.to_owned())]).text(name).is_some()
        };
        assert!(!links.iter().any(|(name, text)| read(name, text)));
        assert!(settings.iter().all(|(name, text)| read(name, text)));
    }

    #[test]
    fn a_variable_of_a_sibling_is_not_below_a_key() {
        let environment = environment(&["KAA_KPC_MAX_PACKET"]);
        let below = |key, siblings: &[String]| environment.below(key, siblings);
        assert_eq!(below("kaa.kpc", &[]), Some("KAA_KPC_MAX_PACKET"));
        assert_eq!(below("kaa.kpc.max", &[]), Some("KAA_KPC_MAX_PACKET"));
        assert_eq!(below("kaa.kpc.max", &["kaa.kpc.max-packet".to_owned()]), None);
        assert_eq!(below("kaa.kpc.max-packet", &[]), None);
        assert_eq!(below("kaa.kp", &[]), None);
    }
}
