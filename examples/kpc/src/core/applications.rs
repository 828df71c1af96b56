//! Which application versions there are, and which extensions they may use.

use std::collections::{BTreeMap, HashMap, HashSet};

use kaa_ism::InstanceName;
use kaa_protocol::{AppVersionName, ApplicationName, Awareness, Status};
use kaa_service::{Applications as Configured, Error, Settings};
use serde::Deserialize;

const EXTENSIONS: [&str; 2] = ["kaa.extension-instances", "kaa.kpc.extension-instances"];

/// The applications of the platform, and how their extensions are spoken to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Applications {
    versions: HashMap<AppVersionName, Version>,
    /// Extensions that are not listed are endpoint-aware: all but one of Kaa's own are.
    unaware: HashMap<String, bool>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Version {
    application: ApplicationName,
    /// `None`: all.
    allowed: Option<HashSet<InstanceName>>,
}

/// Of a version, or of an application for all its versions.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
struct VersionSettings {
    allowed_extension_instances: Option<HashSet<InstanceName>>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
struct ExtensionSettings {
    endpoint_aware: Option<bool>,
}

impl Applications {
    pub(crate) fn from_settings(settings: &Settings) -> Result<Self, Error> {
        let mut own = Self::default();
        for (application, version, own_settings) in
            Configured::<VersionSettings>::from_settings(settings)?.app_versions()
        {
            let key = format!("kaa.applications.{application}.versions.{version}");
            let invalid = |error| settings.invalid(&key, error);
            let application = ApplicationName::parse(application).map_err(invalid)?;
            let version = AppVersionName::parse(version).map_err(invalid)?;
            let allowed = own_settings.allowed_extension_instances.clone();
            own.versions.insert(version, Version { application, allowed });
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

    #[test]
    fn a_version_has_what_its_application_has_unless_it_says_otherwise() {
        let yaml = "kaa.applications.kettle: {allowed-extension-instances: [dcx], versions: {v1: , \
                    v2: {allowed-extension-instances: [cex]}, v3: {allowed-extension-instances: null}}}";
        let applications = read(yaml).unwrap();
        let may_use = |version| ["dcx", "cex"].map(|extension| applications.find(version, extension).is_ok());
        assert_eq!([may_use("v1"), may_use("v2"), may_use("v3")], [[true, false], [false, true], [true, true]]);
    }

    #[proves("KP-005")]
    #[test]
    fn a_version_of_two_applications_is_refused_and_so_are_names_that_are_none() {
        for (yaml, text) in [
            (
                "{a: {versions: {v1: }}, b: {versions: {v1: }}}",
                "`kaa.applications.b.versions.v1`: `a` has this version too",
            ),
            (
                "{a b: {versions: {v1: }}}",
                "(line 1, column 37) is not valid: `kaa.applications.a b.versions.v1`: invalid application name",
            ),
            (
                "{a: {versions: {v 1: }}}",
                "(line 1, column 35) is not valid: `kaa.applications.a.versions.v 1`: invalid app version name",
            ),
            ("{a: {versions: {v1: {allowed-extension-instances: [d.x]}}}}", "\"d.x\""),
        ] {
            let error = read(&format!("kaa.applications: {yaml}")).unwrap_err().to_string();
            assert!(error.contains(text), "{error}");
        }
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
