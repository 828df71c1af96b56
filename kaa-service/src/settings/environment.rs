//! Settings of the environment.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    node::{Content, Node},
    place::{Origin, Place},
};

/// Keys below this one have variables.
const ROOT: &str = "kaa.";
const PREFIX: &str = "KAA_";
pub(super) const INSTANCE_NAME: &str = "INSTANCE_NAME";
pub(super) const INSTANCE_REPLICA_ID: &str = "INSTANCE_REPLICA_ID";
pub(super) const WIRE_REVISION: &str = "WIRE_REVISION";
pub(super) const NATS_URLS: &str = "NATS_URLS";
pub(super) const APP_CONFIG_PATH: &str = "APP_CONFIG_PATH";
/// Those of other keys.
const OTHERS: [&str; 5] = [INSTANCE_NAME, INSTANCE_REPLICA_ID, WIRE_REVISION, NATS_URLS, APP_CONFIG_PATH];

/// The variables that settings are read from, as they were at the start. A variable without text is none.
#[derive(Clone, Default)]
pub(super) struct Environment(Arc<BTreeMap<String, String>>);

impl Environment {
    /// Those of the process.
    pub(super) fn of_the_process() -> Self {
        let text =
            std::env::vars_os().filter_map(|(name, text)| Some((name.into_string().ok()?, text.into_string().ok()?)));
        Self::from_variables(text)
    }

    pub(super) fn from_variables(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        let wanted = |name: &str| name.starts_with(PREFIX) || OTHERS.contains(&name);
        let variables = variables.into_iter().filter(|(name, text)| wanted(name) && !text.is_empty());
        Self(Arc::new(variables.collect()))
    }

    /// The text of a variable.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The text of a variable, as a setting.
    pub(super) fn variable(&self, name: &str) -> Option<Node> {
        let place = Place { origin: Origin::Variable(name.into()), position: None };
        self.text(name).map(|text| Node { place, content: Content::Variable(text.to_owned()) })
    }

    /// What the variable of a key says.
    pub(super) fn find(&self, key: &str) -> Option<Node> {
        if self.0.is_empty() { None } else { self.variable(&name(key)?) }
    }

    /// Whether there are variables of keys below `key` that are not those of its `siblings`, or below them:
    /// `KAA_KPC_MAX_PACKET` is below `kaa.kpc.max` unless `kaa.kpc.max-packet` is a sibling.
    pub(super) fn has_below(&self, key: &str, siblings: &[String]) -> bool {
        let Some(own) = name(key).map(|name| name + "_") else { return false };
        let siblings: Vec<_> =
            siblings.iter().filter_map(|key| name(key)).filter(|name| name.len() >= own.len()).collect();
        let belongs = |variable: &str, name: &String| {
            variable.strip_prefix(name.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
        };
        let below = self.0.range(own.clone()..).map(|(variable, _)| variable).take_while(|name| name.starts_with(&own));
        below.into_iter().any(|variable| !siblings.iter().any(|sibling| belongs(variable, sibling)))
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

/// The variable of a key: `KAA_KPC_MAX_PACKET` for `kaa.kpc.max-packet`. The items of lists have none.
fn name(key: &str) -> Option<String> {
    let named = key.starts_with(ROOT) && !key.contains('[');
    named.then(|| key.replace(['.', '-'], "_").to_uppercase())
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
    fn a_variable_of_a_sibling_is_not_below_a_key() {
        let environment = environment(&["KAA_KPC_MAX_PACKET"]);
        assert!(environment.has_below("kaa.kpc", &[]));
        assert!(environment.has_below("kaa.kpc.max", &[]));
        assert!(!environment.has_below("kaa.kpc.max", &["kaa.kpc.max-packet".to_owned()]));
        assert!(!environment.has_below("kaa.kpc.max-packet", &[]));
        assert!(!environment.has_below("kaa.kp", &[]));
    }
}
