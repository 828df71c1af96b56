use kaa_protocol::{AppVersionName, ApplicationName};
use std::collections::BTreeMap;

/// The applications of the platform and their versions: `kaa.applications`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applications {
    by_version: BTreeMap<AppVersionName, ApplicationName>,
}

impl Applications {
    /// Each application with its versions.
    ///
    /// # Errors
    ///
    /// [`InvalidApplications`] when a version is listed in two applications: its name is all that a device says.
    pub fn new<V>(applications: impl IntoIterator<Item = (ApplicationName, V)>) -> Result<Self, InvalidApplications>
    where
        V: IntoIterator<Item = AppVersionName>,
    {
        let mut by_version = BTreeMap::new();
        for (application, versions) in applications {
            for version in versions {
                match by_version.insert(version.clone(), application.clone()) {
                    Some(other) if other != application => {
                        return Err(InvalidApplications { version, applications: [other, application] });
                    }
                    _ => {}
                }
            }
        }
        Ok(Self { by_version })
    }

    /// The application to which a version belongs.
    pub fn application_of(&self, version: &AppVersionName) -> Option<&ApplicationName> {
        self.by_version.get(version)
    }
}

/// A version belongs to two applications.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the version {version} is listed in the applications {} and {}", applications[0], applications[1])]
pub struct InvalidApplications {
    version: AppVersionName,
    applications: [ApplicationName; 2],
}

#[cfg(test)]
mod tests {
    use kaa_proves::proves;

    use super::*;

    fn applications(list: &[(&str, &[&str])]) -> Result<Applications, InvalidApplications> {
        Applications::new(list.iter().map(|(application, versions)| {
            let versions = versions.iter().map(|version| AppVersionName::parse(version).unwrap());
            (ApplicationName::parse(application).unwrap(), versions)
        }))
    }

    #[proves("KP-005")]
    #[test]
    fn a_version_leads_to_its_application() {
        let applications = applications(&[("kettle", &["kettle-v1", "kettle-v2"]), ("toaster", &["t1"])]).unwrap();
        let of = |version| applications.application_of(&AppVersionName::parse(version).unwrap());
        assert_eq!(of("kettle-v2").map(ApplicationName::as_str), Some("kettle"));
        assert_eq!(of("t1").map(ApplicationName::as_str), Some("toaster"));
        assert_eq!(of("kettle"), None);
    }

    #[proves("KP-005")]
    #[test]
    fn a_version_of_two_applications_is_refused() {
        let error = applications(&[("kettle", &["v1"]), ("toaster", &["v1"])]).unwrap_err();
        assert_eq!(error.to_string(), "the version v1 is listed in the applications kettle and toaster");
        assert!(applications(&[("kettle", &["v1"]), ("kettle", &["v1", "v2"])]).is_ok());
    }
}
