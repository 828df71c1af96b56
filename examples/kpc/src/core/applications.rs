//! Which application versions there are, and which extensions they may use.

use std::collections::{BTreeMap, HashMap};

use kaa_ism::InstanceName;
use kaa_protocol::{AppVersionName, ApplicationName, Awareness, Status};
use kaa_service::{Error, Settings};
use serde::Deserialize;

const APPLICATIONS: &str = "kaa.applications";
const EXTENSIONS: [&str; 2] = ["kaa.extension-instances", "kaa.kpc.extension-instances"];

/// The applications of the platform, and how their extensions are spoken to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Applications {
    versions: HashMap<String, Version>,
    /// Extensions that are not listed are endpoint-aware: all but one of Kaa's own are.
    unaware: HashMap<String, bool>,
}

#[derive(Clone, Debug)]
struct Version {
    application: ApplicationName,
    /// `None`: all.
    allowed: Option<HashMap<String, InstanceName>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ApplicationSettings {
    versions: BTreeMap<String, Option<VersionSettings>>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
struct VersionSettings {
    allowed_extension_instances: Option<Vec<InstanceName>>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
struct ExtensionSettings {
    endpoint_aware: Option<bool>,
}

impl Applications {
    pub(crate) fn from_settings(settings: &Settings) -> Result<Self, Error> {
        let mut own = Self::default();
        let applications = settings.get::<BTreeMap<String, Option<ApplicationSettings>>>(APPLICATIONS)?;
        for (name, application) in applications.unwrap_or_default() {
            let name = ApplicationName::parse(name).map_err(invalid)?;
            for (version, settings) in application.unwrap_or_default().versions {
                let version = AppVersionName::parse(version).map_err(invalid)?;
                let allowed = settings.unwrap_or_default().allowed_extension_instances;
                let allowed = allowed.map(|names| names.into_iter().map(|name| (name.to_string(), name)).collect());
                let entry = Version { application: name.clone(), allowed };
                if let Some(other) = own.versions.insert(version.as_str().to_owned(), entry) {
                    let both = format!("`{version}` is a version of both `{}` and `{name}`", other.application);
                    return Err(invalid(both));
                }
            }
        }
        for key in EXTENSIONS {
            for (name, extension) in
                settings.get::<BTreeMap<String, Option<ExtensionSettings>>>(key)?.unwrap_or_default()
            {
                if let Some(aware) = extension.unwrap_or_default().endpoint_aware {
                    own.unaware.insert(name, !aware);
                }
            }
        }
        Ok(own)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.versions.is_empty()
    }

    pub(crate) fn awareness(&self, extension: &str) -> Awareness {
        if self.unaware.get(extension).is_some_and(|unaware| *unaware) { Awareness::Unaware } else { Awareness::Aware }
    }

    /// The application of a version, and the service instance of one of its extensions.
    ///
    /// # Errors
    ///
    /// 404 if there is no such version, or the extension can be no service instance; 403 if the version may not use it.
    pub(crate) fn find(&self, version: &str, extension: &str) -> Result<(&ApplicationName, InstanceName), Status> {
        let Some(version) = self.versions.get(version) else {
            return Err(Status::not_found("there is no such application version"));
        };
        let instance = match &version.allowed {
            None => InstanceName::parse(extension).map_err(|_| Status::not_found("there is no such extension")),
            Some(allowed) => allowed
                .get(extension)
                .cloned()
                .ok_or_else(|| Status::forbidden("the application version may not use this extension")),
        };
        Ok((&version.application, instance?))
    }
}

fn invalid(problem: impl std::fmt::Display) -> Error {
    Error::invalid_settings(format!("`{APPLICATIONS}`"), problem)
}

#[cfg(test)]
mod tests {
    use kaa_proves::proves;

    use super::*;

    fn read(yaml: &str) -> Result<Applications, Error> {
        Applications::from_settings(&Settings::from_yaml("kpc", yaml).unwrap())
    }

    #[proves("KP-005")]
    #[test]
    fn a_version_leads_to_its_application_and_the_extensions_it_may_use() {
        let yaml =
            "kaa.applications: {kettle: {versions: {kettle-v1: {allowed-extension-instances: [dcx]}, kettle-v2: }}}";
        let applications = read(yaml).unwrap();
        let (application, instance) = applications.find("kettle-v1", "dcx").unwrap();
        assert_eq!((application.as_str(), instance.as_str()), ("kettle", "dcx"));
        assert_eq!(applications.find("kettle-v1", "cex").unwrap_err().code().as_i32(), 403);
        assert_eq!(applications.find("kettle-v2", "cex").unwrap().1.as_str(), "cex");
        assert_eq!(applications.find("kettle-v2", "a.b").unwrap_err().code().as_i32(), 404);
        assert_eq!(applications.find("kettle-v3", "dcx").unwrap_err().code().as_i32(), 404);
    }

    #[proves("KP-005")]
    #[test]
    fn a_version_of_two_applications_is_refused() {
        let error = read("kaa.applications: {a: {versions: {v1: }}, b: {versions: {v1: }}}").unwrap_err();
        let text = "the configuration `kaa.applications` is not valid: `v1` is a version of both `a` and `b`";
        assert_eq!(error.to_string(), text);
        assert!(read("kaa.applications: {a b: {versions: {v1: }}}").is_err());
    }

    #[test]
    fn extensions_are_endpoint_aware_unless_said_otherwise() {
        let yaml = "kaa.extension-instances: {tsx: {endpoint-aware: false}, dcx: {endpoint-aware: true}, rsx: }\n\
                    kaa.kpc.extension-instances: {bcx.endpoint-aware: false}";
        let applications = read(yaml).unwrap();
        for (extension, awareness) in [
            ("tsx", Awareness::Unaware),
            ("bcx", Awareness::Unaware),
            ("dcx", Awareness::Aware),
            ("rsx", Awareness::Aware),
            ("other", Awareness::Aware),
        ] {
            assert_eq!(applications.awareness(extension), awareness, "{extension}");
        }
    }
}
