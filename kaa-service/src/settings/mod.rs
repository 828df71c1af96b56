//! Settings of a service: a YAML file and the environment, with Kaa's keys.

mod applications;
mod chassis;
mod environment;
mod follow;
mod known;
mod live;
mod node;
mod place;
mod policy;
mod problem;
mod reader;
mod revision;
mod secrets;
mod sources;
mod variables;
mod yaml;

use std::{
    fmt,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use kaa_ism::Identity;
use serde::de::DeserializeOwned;
use serde_json::Value;

pub(crate) use self::policy::Policy;
pub use self::{applications::Applications, follow::FollowedFile, known::UnknownKey, live::LiveSettings};
use self::{
    environment::{APP_CONFIG_PATH, Environment},
    known::Known,
    node::Node,
    place::Origin,
    problem::Problem,
    reader::Reader,
    sources::{SettingsFile, Sources},
};
use crate::Error;

/// The settings of a service instance.
///
/// [`load`](Self::load) reads the YAML file that `APP_CONFIG_PATH` names, else `/srv/<service>/service-config.yml`;
/// without either the defaults hold. Where the table names a variable, and for all keys below `kaa`, the environment
/// wins: for `kaa.kpc.transports.mqtt.max-packet` the variable is `KAA_KPC_TRANSPORTS_MQTT_MAX_PACKET`, a list has
/// commas. A variable without text is none. Dotted keys and nested ones are equal, also in one file and within lists; a
/// key that has two values in one file is an error.
///
/// | key | default | meaning |
/// |---|---|---|
/// | `service.instance.name`, `INSTANCE_NAME` | the service name | instance: queue group and subject token |
/// | `service.instance.replica.id`, `INSTANCE_REPLICA_ID` | random | unique id of this replica, a subject token |
/// | `service.graceful-shutdown` | 30 | seconds for finishing what is in work |
/// | `service.wire-revision`, `WIRE_REVISION` | the newest | [release](Self::with_wire_revision) of the peers |
/// | `service.limits.in-work` | 1024 | messages of a kind that are handled at once, at least 1 |
/// | `service.limits.waiting` | 16384 | more of them that wait; what comes beyond is answered 503 |
/// | `service.limits.waiting-bytes` | 67108864 | bytes of those that wait; what comes beyond is answered 503 |
/// | `service.limits.handling` | 30000 | ms that a handler may take, at least 1; see [`Limits`](crate::Limits) |
/// | `service.clock-skew` | 0 | ms that messages are valid for longer than they say (ISM-010) |
/// | `service.refuse-left-over-bytes` | false | whether messages with bytes behind the last field are answered 400 |
/// | `nats.urls`, `NATS_URLS` | `nats://nats:4222` | servers, a list or with commas; may have user and password |
/// | `management.port` | 8080, or none | see [`Service::run`](crate::Service::run); 0 a free one, -1 none |
/// | `kaa.applications.<app>.versions.<app version>` | none | see [`Applications`] |
///
/// A key that nobody has asked for, and a variable that looks as if it were meant for a known key, are
/// [warned of](Self::warn_unknown_keys).
///
/// Those below `service`, and `nats.urls`, are read once, when the settings are made; [`LiveSettings`] tells of changes
/// of all others. What a program says to [`Service`](crate::Service) wins over limits, clock skew and left-over bytes
/// here.
///
/// Errors name the file, line and column (those of the key), and the key. Neither they nor [`Debug`](fmt::Debug)
/// show user and password of URLs, or values of keys whose names contain `password`, `passwd`, `pwd`, `passphrase`,
/// `token`, `secret`, `credential`, `private-key`, `api-key` or `nkey`.
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
    sources: Sources,
    tree: Node,
    environment: Environment,
    file: Option<SettingsFile>,
    /// Shared by clones.
    keys: Arc<Mutex<Keys>>,
    identity: Identity,
    graceful_shutdown: Duration,
    nats_urls: Vec<String>,
    /// Who has named them.
    nats_urls_from: String,
    policy: Policy,
}

#[derive(Default)]
struct Keys {
    known: Known,
    reported: Vec<UnknownKey>,
}

impl Settings {
    /// The defaults of a service; the environment is not looked at.
    ///
    /// # Errors
    ///
    /// [`Error`] if `service` is no subject token.
    pub fn new(service: &str) -> Result<Self, Error> {
        Self::from_yaml(service, "")
    }

    /// The file and the environment of the process.
    ///
    /// # Errors
    ///
    /// [`Error`] if the file that `APP_CONFIG_PATH` names, or an existing default file, cannot be read or is not valid.
    pub fn load(service: &str) -> Result<Self, Error> {
        let environment = Environment::of_the_process();
        let default = format!("/srv/{service}/service-config.yml");
        let given = environment.text(APP_CONFIG_PATH);
        let file = SettingsFile::read(Path::new(given.unwrap_or(&default)), given.is_none())?;
        let tree = file.parse()?;
        Self::build(service, tree, environment, Some(file))
    }

    /// The given YAML; the environment is not looked at.
    ///
    /// # Errors
    ///
    /// [`Error`] if it is not valid.
    pub fn from_yaml(service: &str, yaml: &str) -> Result<Self, Error> {
        Self::build(service, yaml::parse(&Origin::Program, yaml)?, Environment::default(), None)
    }

    /// The given file; the environment is not looked at.
    ///
    /// # Errors
    ///
    /// [`Error`] if the file cannot be read or is not valid.
    pub fn from_file(service: &str, path: impl AsRef<Path>) -> Result<Self, Error> {
        let file = SettingsFile::read(path.as_ref(), false)?;
        let tree = file.parse()?;
        Self::build(service, tree, Environment::default(), Some(file))
    }

    fn build(service: &str, tree: Node, environment: Environment, file: Option<SettingsFile>) -> Result<Self, Error> {
        let mut own = Self {
            sources: Sources::new(tree.clone()),
            tree,
            environment,
            file,
            keys: Arc::default(),
            identity: chassis::identity_of(service)?,
            graceful_shutdown: Duration::ZERO,
            nats_urls: Vec::new(),
            nats_urls_from: String::new(),
            policy: Policy::default(),
        };
        chassis::read(&mut own)?;
        Ok(own)
    }

    /// The setting of a dotted key, or `None` if it is not set. It is known by that, as are all keys of `T`.
    ///
    /// # Errors
    ///
    /// [`Error`] naming place and key if the value is not of the type `T`.
    pub fn get<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, Error> {
        self.reading(|reader| {
            if let Some(node) = self.value(key) {
                return reader.read(node, key, key).map(Some);
            }
            let (variables, nothing) = (reader.absent(key, &[]), Node::map(Origin::Program.anywhere()));
            // Without variables it is read for the keys of `T` only.
            let read = reader.read(variables.as_ref().unwrap_or(&nothing), key, key);
            match (variables, read) {
                (None, _) => Ok(None),
                // The variables that seem to be below it are those of another key.
                (Some(node), Err(problem)) if node.members().is_some() && problem.is_type_of(key) => Ok(None),
                (Some(_), read) => read.map(Some),
            }
        })
    }

    /// The settings below a dotted key, as if the key had no members where it is not set: so the defaults of `T` hold.
    ///
    /// ```
    /// # use kaa_service::Settings;
    /// #[derive(serde::Deserialize)]
    /// #[serde(default, rename_all = "kebab-case")]
    /// struct Limits {
    ///     in_flight: usize,
    /// }
    ///
    /// impl Default for Limits {
    ///     fn default() -> Self {
    ///         Self { in_flight: 1_000 }
    ///     }
    /// }
    ///
    /// let settings = Settings::from_yaml("kpc", "kaa.kpc.limits: {in-flight: 7}")?;
    /// assert_eq!(settings.section::<Limits>("kaa.kpc.limits")?.in_flight, 7);
    /// assert_eq!(settings.section::<Limits>("kaa.other")?.in_flight, 1_000);
    /// # Ok::<(), kaa_service::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error`] naming place and key if the values are not of the type `T`, or one that it requires is missing.
    pub fn section<T: DeserializeOwned>(&self, key: &str) -> Result<T, Error> {
        let nothing = Node::map(Origin::Program.anywhere());
        self.reading(|reader| reader.read(self.tree.find(key).unwrap_or(&nothing), key, key))
    }

    /// Where a key is set: in a variable, the file with line and column, another source, or the program, whose default holds
    /// where nothing is set. It goes on after `the configuration`.
    #[must_use]
    pub fn place_of(&self, key: &str) -> String {
        // One without a value has a place, too.
        let node = self.tree.find(key);
        let by_program = node.is_some_and(|node| node.place.origin == Origin::Program);
        let variable = if by_program { None } else { self.environment.find(key) };
        let place = variable.as_ref().or(node).map(|node| node.place.clone());
        place.unwrap_or_else(|| Origin::Program.anywhere()).to_string()
    }

    /// What is set at a key is not right, for a service that checks more than types: an error that names its place. The
    /// text is printed, so it must not show a secret.
    #[must_use]
    pub fn invalid(&self, key: &str, problem: impl fmt::Display) -> Error {
        Error::invalid_settings(self.place_of(key), format_args!("`{key}`: {problem}"))
    }

    /// With another value for a dotted key: it wins over the file and the environment. What is read once is not changed
    /// by it.
    #[must_use]
    pub fn with(self, key: &str, value: impl Into<Value>) -> Self {
        let mut tree = Node::map(Origin::Program.anywhere());
        let _ = tree.put(key, Node::from_json(&Origin::Program, value.into()));
        let sources = self.sources.clone().with_value(&tree);
        self.with_sources(sources)
    }

    fn with_sources(self, sources: Sources) -> Self {
        Self { tree: sources.tree(), sources, ..self }
    }

    fn file(&self) -> Option<SettingsFile> {
        self.file.clone()
    }

    fn keys(&self) -> std::sync::MutexGuard<'_, Keys> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is set at a key; null is not set.
    fn value(&self, key: &str) -> Option<&Node> {
        self.tree.find(key).filter(|node| !node.is_null())
    }

    /// Reads, and knows then what has been asked for.
    fn reading<T>(&self, read: impl FnOnce(&Reader<'_>) -> Result<T, Problem>) -> Result<T, Error> {
        let reader = Reader::new(&self.environment);
        let value = read(&reader);
        self.keys().known.unite(&reader.into_known());
        value.map_err(Problem::into_error)
    }
}

/// Without secrets.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tree = secrets::Shown(&self.tree);
        f.debug_struct("Settings").field("identity", &self.identity).field("tree", &tree).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
