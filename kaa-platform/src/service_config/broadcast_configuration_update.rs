//! The configuration of the platform has changed.

use kaa_ism::Message;

use super::{InvalidScope, Scope};

/// The configuration of all services has changed (17/SCMP, `0017-broadcast_configuration_update.avsc`, SCMP-001 to
/// SCMP-005).
///
/// - Subject: `kaa.v1.events.<provider instance>.service.configuration.<update type>`, by `subject_with` and the token
///   of an [`UpdateType`](super::UpdateType).
/// - Sent by the provider, made by [`of`](Self::of). It has no timeout: it never expires (SCMP-012).
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.scmp.event.gen.v1.service.configuration")]
#[message(event = "service.configuration.{}")]
#[non_exhaustive]
pub struct BroadcastConfigurationUpdateEvent {
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Replica that published the event.
    pub originator_replica_id: String,
    /// The tenant. Null: the whole platform.
    #[avro(rename = "tenantID", default = null)]
    pub tenant_id: Option<String>,
    /// Its application. Null: all of them.
    #[avro(default = null)]
    pub app_name: Option<String>,
    /// The version of that application. Null: all of them.
    #[avro(default = null)]
    pub app_ver_name: Option<String>,
}

impl BroadcastConfigurationUpdateEvent {
    /// A change of `scope`.
    #[must_use]
    pub fn of(scope: Scope) -> Self {
        let [tenant_id, app_name, app_ver_name] = scope.into_names();
        Self { tenant_id, app_name, app_ver_name, ..Self::new() }
    }

    /// What has changed.
    ///
    /// # Errors
    ///
    /// [`InvalidScope`] for a null pattern that is not permitted (SCMP-004).
    pub fn scope(&self) -> Result<Scope, InvalidScope> {
        Scope::from_names([self.tenant_id.as_deref(), self.app_name.as_deref(), self.app_ver_name.as_deref()])
    }
}

#[cfg(test)]
mod tests {
    use kaa_ism::{Deadline, Event as _, InstanceName};
    use kaa_proves::proves;

    use super::*;
    use crate::service_config::UpdateType;

    #[proves("SCMP-001", "SCMP-002")]
    #[test]
    fn the_subject_ends_in_the_update_type() {
        assert_eq!(BroadcastConfigurationUpdateEvent::KIND.as_str(), "service.configuration.*");
        let event = BroadcastConfigurationUpdateEvent::of(Scope::Platform);
        let provider = InstanceName::parse("tekton").unwrap();
        for update_type in UpdateType::ALL {
            let subject = event.subject_with(&provider, &[update_type.as_str()]).unwrap();
            assert_eq!(subject.as_str(), format!("kaa.v1.events.tekton.service.configuration.{update_type}"));
            assert_eq!(UpdateType::of(&subject), Ok(update_type));
        }
        event.subject(&provider).unwrap_err();
    }

    #[proves("SCMP-003")]
    #[test]
    fn the_originator_is_the_third_field_and_there_is_no_timeout() {
        let (tenant_id, app_name, app_ver_name) = ("t".to_owned(), "a".to_owned(), "v".to_owned());
        let mut event = BroadcastConfigurationUpdateEvent::of(Scope::AppVersion { tenant_id, app_name, app_ver_name });
        event.originator_replica_id = "r1".to_owned();
        assert_eq!(event.to_bytes()[..], *b"\0\0\x04r1\x02\x02t\x02\x02a\x02\x02v");
    }

    #[proves("SCMP-004")]
    #[test]
    fn every_scope_is_read_as_it_was_written() {
        let (tenant_id, app_name) = ("t".to_owned(), "a".to_owned());
        for scope in [Scope::Platform, Scope::Application { tenant_id, app_name }] {
            assert_eq!(BroadcastConfigurationUpdateEvent::of(scope.clone()).scope(), Ok(scope));
        }
    }

    #[proves("SCMP-004")]
    #[test]
    fn other_null_patterns_are_reported() {
        BroadcastConfigurationUpdateEvent::new().with_app_name("a").scope().unwrap_err();
    }

    #[proves("SCMP-012")]
    #[test]
    fn it_never_expires() {
        let event = BroadcastConfigurationUpdateEvent::of(Scope::Platform);
        assert_eq!(event.envelope().deadline(), Deadline::NEVER);
    }
}
