//! Settings of a service: a YAML file and the environment, with Kaa's keys.

use std::{path::Path, time::Duration};

use kaa_ism::{Identity, InstanceName, ReplicaId};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::Error;

/// The settings of a service instance.
///
/// [`load`](Self::load) reads the YAML file that `APP_CONFIG_PATH` names, else `/srv/<service>/service-config.yml`; without
/// either the defaults hold. Where the table names a variable, and for all keys below `kaa`, the environment wins: for
/// `kaa.kpc.transports.mqtt.tcp.port` the variable is `KAA_KPC_TRANSPORTS_MQTT_TCP_PORT`. Dotted keys and nested ones are equal.
///
/// | key | default | meaning |
/// |---|---|---|
/// | `service.instance.name`, `INSTANCE_NAME` | the service name | instance: queue group and subject token |
/// | `service.instance.replica.id` | random | unique id of this replica |
/// | `service.graceful-shutdown` | 30 | seconds for finishing what is in work |
/// | `nats.urls`, `NATS_URLS` | `nats://nats:4222` | servers, a list or separated by commas; user and password may be in the URL |
///
/// ```
/// use kaa_service::Settings;
///
/// let settings = Settings::from_yaml("dcx", "service.instance: {name: dcx-a, replica.id: r1}")?;
/// assert_eq!(settings.identity().instance.as_str(), "dcx-a");
/// assert_eq!(settings.identity().replica.as_str(), "r1");
/// # Ok::<(), kaa_service::Error>(())
/// ```
#[derive(Clone)]
pub struct Settings {
    place: String,
    tree: Value,
    identity: Identity,
    graceful_shutdown: Duration,
    nats_urls: Vec<String>,
}

const DEFAULT_NATS_URL: &str = "nats://nats:4222";
const GRACEFUL_SHUTDOWN: u64 = 30;
const INSTANCE: &str = "service.instance.name";
const REPLICA: &str = "service.instance.replica.id";
const NATS_URLS: &str = "nats.urls";

impl Settings {
    /// The defaults of a service; the environment is not looked at.
    ///
    /// # Errors
    ///
    /// [`Error`] if `service` is no subject token.
    pub fn new(service: &str) -> Result<Self, Error> {
        Self::build(service, "of the program".into(), Value::Object(Map::new()), &|_| None)
    }

    /// The file and the environment of the process.
    ///
    /// # Errors
    ///
    /// [`Error`] if the file that `APP_CONFIG_PATH` names, or an existing default file, cannot be read or is not valid.
    pub fn load(service: &str) -> Result<Self, Error> {
        let environment = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let default = format!("/srv/{service}/service-config.yml");
        let given = environment("APP_CONFIG_PATH");
        let path = Path::new(given.as_deref().unwrap_or(&default));
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if given.is_none() && error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(Error::unreadable(path.to_owned(), error)),
        };
        let place = format!("`{}`", path.display());
        let tree = parse(&place, &text)?;
        Self::build(service, place, tree, &environment)
    }

    /// The given YAML; the environment is not looked at.
    ///
    /// # Errors
    ///
    /// [`Error`] if it is not valid.
    pub fn from_yaml(service: &str, yaml: &str) -> Result<Self, Error> {
        let place = "of the program".to_owned();
        let tree = parse(&place, yaml)?;
        Self::build(service, place, tree, &|_| None)
    }

    fn build(
        service: &str,
        place: String,
        mut tree: Value,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, Error> {
        for name in std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()) {
            if let (Some(_), Some(text)) = (name.strip_prefix("KAA_"), environment(&name)) {
                overlay(&mut tree, &name.to_lowercase(), &text);
            }
        }
        let text = |key: &str| scalar(&place, &tree, key);
        let name = match environment("INSTANCE_NAME") {
            Some(name) => Some(("INSTANCE_NAME", name)),
            None => text(INSTANCE)?.map(|name| (INSTANCE, name)),
        };
        let (key, name) = name.unwrap_or_else(|| (INSTANCE, service.to_owned()));
        let instance = InstanceName::parse(name).map_err(|error| Error::invalid_name(key, error))?;
        let replica = text(REPLICA)?.map_or_else(|| Ok(ReplicaId::random()), ReplicaId::parse);
        let replica = replica.map_err(|error| Error::invalid_name(REPLICA, error))?;
        let identity = Identity::new(instance, replica);
        let urls = match environment("NATS_URLS") {
            Some(urls) => urls,
            None => nats_urls(&place, &tree)?.unwrap_or_else(|| DEFAULT_NATS_URL.to_owned()),
        };
        let nats_urls = urls.split(',').map(str::trim).filter(|url| !url.is_empty()).map(str::to_owned).collect();
        let mut settings = Self { place, tree, identity, graceful_shutdown: Duration::ZERO, nats_urls };
        let seconds = settings.get::<u64>("service.graceful-shutdown")?.unwrap_or(GRACEFUL_SHUTDOWN);
        settings.graceful_shutdown = Duration::from_secs(seconds);
        Ok(settings)
    }

    /// The setting of a dotted key, or `None` if it is not set.
    ///
    /// # Errors
    ///
    /// [`Error`] naming the key if the value is not of the type `T`.
    pub fn get<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, Error> {
        match find(&self.tree, key) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => T::deserialize(value)
                .map(Some)
                .map_err(|error| Error::invalid_settings(&self.place, format!("`{key}`: {error}"))),
        }
    }

    /// With another value for a dotted key. Names of the service are not changed by it.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        insert(&mut self.tree, key, value.into());
        self
    }

    /// The same settings for another service instance of the process, with a replica id of its own.
    #[must_use]
    pub fn for_instance(&self, instance: InstanceName) -> Self {
        Self { identity: Identity::new(instance, ReplicaId::random()), ..self.clone() }
    }

    /// With other NATS servers.
    #[must_use]
    pub fn with_nats_urls(mut self, urls: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.nats_urls = urls.into_iter().map(Into::into).collect();
        self
    }

    /// With another time for finishing what is in work.
    #[must_use]
    pub fn with_graceful_shutdown(mut self, graceful_shutdown: Duration) -> Self {
        self.graceful_shutdown = graceful_shutdown;
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
}

/// Without values: they may contain passwords.
impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings").field("place", &self.place).field("identity", &self.identity).finish_non_exhaustive()
    }
}

fn parse(place: &str, yaml: &str) -> Result<Value, Error> {
    let parsed = if yaml.trim().is_empty() { Ok(Value::Null) } else { serde_saphyr::from_str::<Value>(yaml) };
    match parsed {
        Ok(Value::Null) => Ok(Value::Object(Map::new())),
        Ok(Value::Object(entries)) => {
            let mut tree = Value::Object(Map::new());
            for (key, value) in entries {
                insert(&mut tree, &key, value);
            }
            Ok(tree)
        }
        Ok(_) => Err(Error::invalid_settings(place, "expected keys and values")),
        Err(error) => Err(Error::invalid_settings(place, one_line(&error.without_snippet().to_string()))),
    }
}

/// Without what the parser adds in further lines: it may show a password.
fn one_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

/// Puts a value at a dotted key; objects are merged, and dotted keys within them taken apart.
fn insert(tree: &mut Value, key: &str, value: Value) {
    let (first, rest) = key.split_once('.').map_or((key, None), |(first, rest)| (first, Some(rest)));
    if !tree.is_object() {
        *tree = Value::Object(Map::new());
    }
    let Value::Object(entries) = tree else { return };
    let entry = entries.entry(first).or_insert(Value::Null);
    match (rest, value) {
        (Some(rest), value) => insert(entry, rest, value),
        (None, Value::Object(members)) => {
            if !entry.is_object() {
                *entry = Value::Object(Map::new());
            }
            for (key, value) in members {
                insert(entry, &key, value);
            }
        }
        (None, value) => *entry = value,
    }
}

fn find<'t>(tree: &'t Value, key: &str) -> Option<&'t Value> {
    key.split('.').try_fold(tree, |node, part| node.get(part))
}

fn scalar(place: &str, tree: &Value, key: &str) -> Result<Option<String>, Error> {
    match find(tree, key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(Value::Number(number)) => Ok(Some(number.to_string())),
        Some(_) => Err(Error::invalid_settings(place, format!("`{key}`: expected a text"))),
    }
}

/// A text with commas, or a list of texts.
fn nats_urls(place: &str, tree: &Value) -> Result<Option<String>, Error> {
    let Some(Value::Array(list)) = find(tree, NATS_URLS) else { return scalar(place, tree, NATS_URLS) };
    let urls: Option<Vec<_>> = list.iter().map(Value::as_str).collect();
    let expected = || Error::invalid_settings(place, format!("`{NATS_URLS}`: expected a text, or a list of texts"));
    urls.map(|urls| Some(urls.join(","))).ok_or_else(expected)
}

/// `kaa_kpc_transports_mqtt_tcp_port`: an underscore may stand for a dot or a dash of an existing key, else for a dot.
fn overlay(tree: &mut Value, name: &str, text: &str) {
    let value = match text.parse::<Value>() {
        Ok(value @ (Value::Bool(_) | Value::Number(_))) => value,
        _ => Value::String(text.to_owned()),
    };
    let key = existing_key(tree, name).unwrap_or_else(|| name.replace('_', "."));
    insert(tree, &key, value);
}

fn existing_key(tree: &Value, name: &str) -> Option<String> {
    let entries = tree.as_object()?;
    entries.iter().find_map(|(key, value)| {
        let rest = name.strip_prefix(&key.replace('-', "_").to_lowercase())?;
        match rest.strip_prefix('_') {
            None => rest.is_empty().then(|| key.clone()),
            Some(rest) => existing_key(value, rest).map(|tail| format!("{key}.{tail}")),
        }
    })
}

#[cfg(test)]
mod tests {
    use kaa_proves::proves;

    use super::*;

    #[test]
    fn dotted_and_nested_keys_are_equal() {
        for yaml in [
            "service.instance.replica.id: r1",
            "service:\n  instance:\n    replica.id: r1",
            "service: {instance: {replica: {id: r1}}}",
            "service.instance: {name: dcx}\nservice: {instance.replica: {id: r1}}",
        ] {
            let settings = Settings::from_yaml("dcx", yaml).unwrap();
            assert_eq!(settings.identity().replica.as_str(), "r1", "{yaml}");
            assert_eq!(settings.identity().instance.as_str(), "dcx");
        }
    }

    #[proves("ISM-006")]
    #[test]
    fn defaults_hold_where_nothing_is_said() {
        let settings = Settings::new("dcx").unwrap();
        assert_eq!(settings.identity().instance.as_str(), "dcx");
        assert_eq!(settings.graceful_shutdown(), Duration::from_secs(30));
        assert_eq!(settings.nats_urls(), [DEFAULT_NATS_URL]);
        assert_ne!(settings.identity().replica, Settings::new("dcx").unwrap().identity().replica);
    }

    #[proves("ISM-025")]
    #[test]
    fn names_that_are_no_subject_tokens_are_refused_at_the_start() {
        let error = Settings::from_yaml("dcx", "service.instance.name: a.b").unwrap_err();
        assert_eq!(error.to_string(), "the setting `service.instance.name` is not valid");
        assert!(std::error::Error::source(&error).unwrap().to_string().contains("'.' at byte 1"));
    }

    #[test]
    fn an_error_names_the_key_and_what_would_be_right() {
        let error = Settings::from_yaml("dcx", "service.graceful-shutdown: soon").unwrap_err();
        insta::assert_snapshot!(
            error,
            @r#"the configuration of the program is not valid: `service.graceful-shutdown`: invalid type: string "soon", expected u64"#
        );
        assert!(Settings::from_yaml("dcx", "a: [").is_err());
        assert!(Settings::from_yaml("dcx", "just text").is_err());
    }

    #[test]
    fn nats_urls_are_a_text_or_a_list() {
        for yaml in ["nats.urls: 'a:1, b:2'", "nats: {urls: ['a:1', 'b:2']}"] {
            assert_eq!(Settings::from_yaml("dcx", yaml).unwrap().nats_urls(), ["a:1", "b:2"], "{yaml}");
        }
        for yaml in ["nats.urls: {a: 1}", "nats.urls: [1]", "service.instance.name: true"] {
            let error = Settings::from_yaml("dcx", yaml).unwrap_err().to_string();
            assert!(error.contains("expected a text"), "{error}");
        }
    }

    #[test]
    fn environment_names_find_existing_keys() {
        let mut tree = parse("", "kaa: {kpc: {max-packet: 1, port: 2}}").unwrap();
        overlay(&mut tree, "kaa_kpc_max_packet", "7");
        overlay(&mut tree, "kaa_kpc_new_key", "text");
        assert_eq!(find(&tree, "kaa.kpc.max-packet"), Some(&Value::from(7)));
        assert_eq!(find(&tree, "kaa.kpc.new.key"), Some(&Value::from("text")));
    }

    #[test]
    fn no_value_is_printed() {
        let settings = Settings::new("dcx").unwrap().with_nats_urls(["nats://user:secret@nats:4222"]);
        assert!(!format!("{settings:?}").contains("secret"));
    }
}
