//! What is configured for applications and their versions.

use std::{collections::BTreeMap, fmt};

use serde::de::DeserializeOwned;

use super::{
    Settings,
    node::{Content, Node},
    place::{Origin, Place},
};
use crate::Error;

const APPLICATIONS: &str = "kaa.applications";
const VERSIONS: &str = "versions";
/// The keys above, as they are known.
const ANY_APPLICATION: &str = "kaa.applications.*";
const ANY_VERSION: &str = "kaa.applications.*.versions.*";

/// The applications that are configured, their versions, and a `T` for each version.
///
/// A version has what is configured for it (`kaa.applications.<app>.versions.<app version>`), then what is configured
/// for its application (`kaa.applications.<app>`, but for `versions`), then the defaults of the service, key by key:
/// maps are united, other values replaced, also by null, and lists as a whole. A version or an application without any
/// key says nothing of its own. Names are taken as they are: those that differ by `-` and `_` only are different ones.
///
/// ```
/// use kaa_service::{Applications, Settings};
///
/// #[derive(serde::Deserialize)]
/// struct Extraction {
///     series: String,
///     auto: bool,
/// }
///
/// let settings = Settings::from_yaml("epts", "
/// kaa:
///   epts: {auto: false, series: all}
///   applications:
///     kettle:
///       auto: true
///       versions: {kettle-v1: , kettle-v2: {series: steam}}
/// ")?;
/// let applications = Applications::<Extraction>::with_defaults(&settings, "kaa.epts")?;
/// let second = applications.for_app_version("kettle-v2").unwrap();
/// assert_eq!((second.series.as_str(), second.auto), ("steam", true));
/// assert_eq!(applications.for_app_version("kettle-v1").unwrap().series, "all");
/// assert!(applications.for_app_version("kettle-v3").is_none());
/// # Ok::<(), kaa_service::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Applications<T> {
    names: Vec<String>,
    versions: BTreeMap<String, Version<T>>,
}

#[derive(Clone, PartialEq, Eq)]
struct Version<T> {
    application: String,
    settings: T,
}

impl<T: DeserializeOwned> Applications<T> {
    /// Those of the settings; without defaults of the service.
    ///
    /// # Errors
    ///
    /// [`Error`] naming place and key for a version whose settings are no `T`, and for one of two applications.
    pub fn from_settings(settings: &Settings) -> Result<Self, Error> {
        Self::read(settings, None)
    }

    /// Those of the settings; the members of the key `defaults` hold where neither version nor application say
    /// otherwise. Of variables, those of default keys that the file has too are inherited.
    ///
    /// # Errors
    ///
    /// Those of [`from_settings`](Self::from_settings).
    pub fn with_defaults(settings: &Settings, defaults: &str) -> Result<Self, Error> {
        Self::read(settings, Some(defaults))
    }

    fn read(settings: &Settings, defaults: Option<&str>) -> Result<Self, Error> {
        settings.keys().known.note(ANY_VERSION);
        let base = defaults.and_then(|key| Some(settings.environment.laid_over(key, settings.value(key)?)));
        let base = base.unwrap_or_else(|| Node::map(Origin::Program.anywhere()));
        let mut reading = Reading { settings, places: BTreeMap::new(), versions: BTreeMap::new() };
        if let Some(key) = defaults {
            reading.know(&base, key, key);
        }
        let mut names = Vec::new();
        for (name, application) in map(APPLICATIONS, settings.value(APPLICATIONS))? {
            reading.application(name, application, &base)?;
            names.push(name.clone());
        }
        Ok(Self { names, versions: reading.versions })
    }
}

impl<T> Applications<T> {
    /// What is configured for a version; `None` if there is no such version.
    #[must_use]
    pub fn for_app_version(&self, app_version: &str) -> Option<&T> {
        self.versions.get(app_version).map(|version| &version.settings)
    }

    /// The application of a version; `None` if there is no such version.
    #[must_use]
    pub fn application_of(&self, app_version: &str) -> Option<&str> {
        self.versions.get(app_version).map(|version| version.application.as_str())
    }

    /// The names of all applications, also of those without versions.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// All versions: the name of the application, that of the version, and what is configured for it.
    pub fn app_versions(&self) -> impl Iterator<Item = (&str, &str, &T)> {
        let all = self.versions.iter();
        all.map(|(name, version)| (version.application.as_str(), name.as_str(), &version.settings))
    }
}

/// The names only: what is configured may be secret.
impl<T> fmt::Debug for Applications<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let versions: Vec<_> = self.versions.keys().collect();
        f.debug_struct("Applications").field("names", &self.names).field("versions", &versions).finish_non_exhaustive()
    }
}

struct Reading<'a, T> {
    settings: &'a Settings,
    places: BTreeMap<String, Place>,
    versions: BTreeMap<String, Version<T>>,
}

impl<T: DeserializeOwned> Reading<'_, T> {
    /// Knows the keys of `T` here. Whether what is here makes a `T` by itself does not matter.
    fn know(&self, node: &Node, key: &str, pattern: &str) {
        let _ = self.settings.reading(|reader| reader.read::<T>(node, key, pattern));
    }

    fn application(&mut self, name: &str, node: &Node, base: &Node) -> Result<(), Error> {
        let key = format!("{APPLICATIONS}.{name}");
        let node = self.settings.environment.laid_over(&key, node);
        let mut own = map(&key, Some(&node))?.clone();
        let versions = own.remove(VERSIONS);
        let mut inherited = base.clone();
        inherited.lay_over(&Node { place: node.place.clone(), content: Content::Map(own) });
        self.know(&inherited, &key, ANY_APPLICATION);
        let key = format!("{key}.{VERSIONS}");
        for (version, node) in map(&key, versions.as_ref())? {
            self.version(name, version, node, inherited.clone())?;
        }
        Ok(())
    }

    fn version(&mut self, application: &str, name: &str, node: &Node, mut inherited: Node) -> Result<(), Error> {
        if !node.is_null() {
            inherited.lay_over(node);
        }
        let key = format!("{APPLICATIONS}.{application}.{VERSIONS}.{name}");
        let settings = self.settings.reading(|reader| reader.read(&inherited, &key, ANY_VERSION))?;
        let version = Version { application: application.to_owned(), settings };
        match (self.versions.insert(name.to_owned(), version), self.places.insert(name.to_owned(), node.place.clone()))
        {
            (Some(other), Some(first)) => {
                let text = format!("`{key}`: `{}` has this version too: {first}", other.application);
                Err(Error::invalid_settings(node.place.to_string(), text))
            }
            _ => Ok(()),
        }
    }
}

static NONE: BTreeMap<String, Node> = BTreeMap::new();

/// The members of a map, if it is there and has any.
fn map<'n>(key: &str, node: Option<&'n Node>) -> Result<&'n BTreeMap<String, Node>, Error> {
    let Some(node) = node.filter(|node| !node.is_null()) else { return Ok(&NONE) };
    let expected = || Error::invalid_settings(node.place.to_string(), format!("`{key}`: expected keys and values"));
    node.members().ok_or_else(expected)
}

#[cfg(test)]
mod tests;
