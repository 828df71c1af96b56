//! Whose configuration has changed.

/// Whose configuration has changed: the null patterns of tenantID, appName and appVerName that 17/SCMP permits
/// (SCMP-004, SCMP-008), and what to fetch again for each (SCMP-005, SCMP-009).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "SCMP-004 permits these patterns and no other")]
pub enum Scope {
    /// None of the three: fetch everything again. Not for one service alone (SCMP-008).
    Platform,
    /// A tenant: fetch the tenant and all its applications again.
    Tenant {
        /// Id of the tenant.
        tenant_id: String,
    },
    /// A tenant and an application: fetch the application again.
    Application {
        /// Id of the tenant.
        tenant_id: String,
        /// Name of the application.
        app_name: String,
    },
    /// All three: fetch the application version again.
    AppVersion {
        /// Id of the tenant.
        tenant_id: String,
        /// Name of the application.
        app_name: String,
        /// Name of the application version.
        app_ver_name: String,
    },
}

impl Scope {
    /// Whether what is configured for `other` has to be fetched again after a change here: it is the same or a part of
    /// it (SCMP-005, SCMP-009).
    ///
    /// ```
    /// use kaa_platform::service_config::Scope;
    ///
    /// let acme = Scope::Tenant { tenant_id: "acme".to_owned() };
    /// assert!(Scope::Platform.covers(&acme));
    /// assert!(!acme.covers(&Scope::Platform));
    /// ```
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        self.names().into_iter().zip(other.names()).all(|(own, others)| own.is_none() || own == others)
    }

    /// tenantID, appName and appVerName.
    fn names(&self) -> [Option<&str>; 3] {
        match self {
            Self::Platform => [None; 3],
            Self::Tenant { tenant_id } => [Some(tenant_id), None, None],
            Self::Application { tenant_id, app_name } => [Some(tenant_id), Some(app_name), None],
            Self::AppVersion { tenant_id, app_name, app_ver_name } => {
                [Some(tenant_id), Some(app_name), Some(app_ver_name)]
            }
        }
    }

    /// Reads tenantID, appName and appVerName.
    pub(super) fn from_names(names: [Option<&str>; 3]) -> Result<Self, InvalidScope> {
        let [tenant_id, app_name, app_ver_name] = names.map(|name| name.map(str::to_owned));
        match (tenant_id, app_name, app_ver_name) {
            (None, None, None) => Ok(Self::Platform),
            (Some(tenant_id), None, None) => Ok(Self::Tenant { tenant_id }),
            (Some(tenant_id), Some(app_name), None) => Ok(Self::Application { tenant_id, app_name }),
            (Some(tenant_id), Some(app_name), Some(app_ver_name)) => {
                Ok(Self::AppVersion { tenant_id, app_name, app_ver_name })
            }
            (_, None, Some(_)) => Err(InvalidScope("appVerName is given without appName")),
            (None, Some(_), _) => Err(InvalidScope("appName is given without tenantID")),
        }
    }

    /// tenantID, appName and appVerName, as they are written.
    pub(super) fn into_names(self) -> [Option<String>; 3] {
        self.names().map(|name| name.map(str::to_owned))
    }
}

/// Names that make no [`Scope`] of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidScope(&'static str);

impl InvalidScope {
    pub(super) const NO_TENANT: Self = Self("a change for one service is always that of a tenant");
}

#[cfg(test)]
mod tests {
    use kaa_proves::proves;

    use super::*;

    const T: Option<&str> = Some("acme");
    const A: Option<&str> = Some("kettle");
    const V: Option<&str> = Some("kettle-v2");

    fn scope(names: [Option<&str>; 3]) -> Scope {
        Scope::from_names(names).unwrap()
    }

    #[proves("SCMP-004")]
    #[test]
    fn four_null_patterns_of_eight_are_permitted() {
        for names in [[None, None, None], [T, None, None], [T, A, None], [T, A, V]] {
            assert_eq!(scope(names).names(), names);
            assert_eq!(scope(names).into_names().each_ref().map(Option::as_deref), names);
        }
        for (names, problem) in [
            ([None, None, V], "appVerName is given without appName"),
            ([T, None, V], "appVerName is given without appName"),
            ([None, A, None], "appName is given without tenantID"),
            ([None, A, V], "appName is given without tenantID"),
        ] {
            assert_eq!(Scope::from_names(names).unwrap_err().to_string(), problem, "{names:?}");
        }
    }

    #[test]
    fn a_change_covers_exactly_what_it_is_about() {
        let scopes = [
            scope([None, None, None]),
            scope([T, None, None]),
            scope([T, A, None]),
            scope([T, A, V]),
            scope([Some("other"), None, None]),
            scope([Some("other"), A, V]),
            scope([T, Some("other"), V]),
        ];
        let covered: Vec<Vec<usize>> = scopes
            .iter()
            .map(|change| (0..scopes.len()).filter(|&index| change.covers(&scopes[index])).collect())
            .collect();
        let expected: [&[usize]; 7] = [&[0, 1, 2, 3, 4, 5, 6], &[1, 2, 3, 6], &[2, 3], &[3], &[4, 5], &[5], &[6]];
        assert_eq!(covered, expected);
    }
}
