//! The configuration of one service has changed.

use kaa_ism::Message;

use super::{InvalidScope, Scope};

/// The configuration of one service has changed (17/SCMP, `0017-service_specific_configuration_update.avsc`, SCMP-006
/// to SCMP-010).
///
/// - Subject: `kaa.v1.service.<service instance>.scmp.configuration.<update type>`, by `subject_with` and the token of
///   an [`UpdateType`](super::UpdateType): seven tokens (D-15).
/// - replyTo: none, and never answered (SCMP-010).
/// - Sent by the provider, made by [`of`](Self::of). It has no timeout: it never expires (SCMP-012).
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.scmp.event.gen.v1.service.configuration")]
#[message(one_way = "scmp.configuration.{}")]
#[non_exhaustive]
pub struct ServiceSpecificConfigurationUpdateEvent {
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// The tenant. Never null.
    #[avro(rename = "tenantID")]
    pub tenant_id: String,
    /// Its application. Null: all of them.
    #[avro(default = null)]
    pub app_name: Option<String>,
    /// The version of that application. Null: all of them.
    #[avro(default = null)]
    pub app_ver_name: Option<String>,
}

impl ServiceSpecificConfigurationUpdateEvent {
    /// A change of `scope`.
    ///
    /// # Errors
    ///
    /// [`InvalidScope`] for [`Scope::Platform`] (SCMP-007).
    pub fn of(scope: Scope) -> Result<Self, InvalidScope> {
        let [tenant_id, app_name, app_ver_name] = scope.into_names();
        let tenant_id = tenant_id.ok_or(InvalidScope::NO_TENANT)?;
        Ok(Self { app_name, app_ver_name, ..Self::new(tenant_id) })
    }

    /// What has changed; never [`Scope::Platform`].
    ///
    /// # Errors
    ///
    /// [`InvalidScope`] for a null pattern that is not permitted (SCMP-008).
    pub fn scope(&self) -> Result<Scope, InvalidScope> {
        Scope::from_names([Some(self.tenant_id.as_str()), self.app_name.as_deref(), self.app_ver_name.as_deref()])
    }
}

#[cfg(test)]
mod tests {
    use kaa_ism::{Deadline, InstanceName, OneWay as _};
    use kaa_proves::proves;

    use super::*;
    use crate::service_config::UpdateType;

    fn tenant() -> Scope {
        Scope::Tenant { tenant_id: "t".to_owned() }
    }

    #[proves("SCMP-006")]
    #[test]
    fn the_subject_has_seven_tokens() {
        assert_eq!(ServiceSpecificConfigurationUpdateEvent::KIND.as_str(), "scmp.configuration");
        let service = InstanceName::parse("kpc").unwrap();
        for update_type in UpdateType::ALL {
            let subject =
                ServiceSpecificConfigurationUpdateEvent::subject_with(&service, &[update_type.as_str()]).unwrap();
            assert_eq!(subject.as_str(), format!("kaa.v1.service.kpc.scmp.configuration.{update_type}"));
            assert_eq!(UpdateType::of(&subject), Ok(update_type));
        }
        ServiceSpecificConfigurationUpdateEvent::subject(&service).unwrap_err();
    }

    #[proves("SCMP-007")]
    #[test]
    fn the_tenant_is_required_and_there_is_neither_originator_nor_timeout() {
        let event = ServiceSpecificConfigurationUpdateEvent::of(tenant()).unwrap();
        assert_eq!(event.to_bytes()[..], *b"\0\0\x02t\0\0");
        let error = ServiceSpecificConfigurationUpdateEvent::of(Scope::Platform).unwrap_err();
        assert_eq!(error.to_string(), "a change for one service is always that of a tenant");
    }

    #[proves("SCMP-008")]
    #[test]
    fn every_scope_within_a_tenant_is_read_as_it_was_written() {
        let (tenant_id, app_name, app_ver_name) = ("t".to_owned(), "a".to_owned(), "v".to_owned());
        let application = Scope::Application { tenant_id: tenant_id.clone(), app_name: app_name.clone() };
        for scope in [tenant(), application, Scope::AppVersion { tenant_id, app_name, app_ver_name }] {
            let event = ServiceSpecificConfigurationUpdateEvent::of(scope.clone()).unwrap();
            assert_eq!(event.scope(), Ok(scope));
        }
    }

    #[proves("SCMP-008")]
    #[test]
    fn a_version_without_its_application_is_reported() {
        ServiceSpecificConfigurationUpdateEvent::new("t").with_app_ver_name("v").scope().unwrap_err();
    }

    #[proves("SCMP-012")]
    #[test]
    fn it_never_expires() {
        let event = ServiceSpecificConfigurationUpdateEvent::of(tenant()).unwrap();
        assert_eq!(event.envelope().deadline(), Deadline::NEVER);
    }
}
