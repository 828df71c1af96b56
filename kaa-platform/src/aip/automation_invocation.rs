//! Run an automation.

use bytes::Bytes;
use kaa_ism::{Datum, Message, Subject};

/// Invokes the automations of a type (23/AIP, `0023-automation-invocation.avsc`, AIP-001 to AIP-004).
///
/// - Subject: `kaa.v1.events.<trigger service instance>.service.automation.<automation type>`, by `subject_with` and
///   the type; [`automation_type`] reads it.
/// - Sent by a trigger service; run by each executor service that supports the type (AIP-002). It has no
///   originatorReplicaId.
/// - Peers of a release before 2023-04 write it without tenantId.
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.aip.gen.v1", before(R2023_04 = OldAutomationInvocation))]
#[message(event = "service.automation.{}")]
#[non_exhaustive]
pub struct AutomationInvocation {
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// Tenant whose automations are meant (AIP-004). Empty if a peer of a release before 2023-04 sent the message.
    pub tenant_id: String,
    /// What the automation works on; its form depends on the type. Null if it needs nothing (AIP-003).
    #[avro(default = null)]
    pub payload: Option<Bytes>,
}

/// The automation type of an invocation that came with `subject` (AIP-001): its last token. `None` if the subject is
/// none of 23/AIP.
#[must_use]
pub fn automation_type(subject: &Subject) -> Option<&str> {
    let (originator, automation_type) =
        subject.as_str().strip_prefix("kaa.v1.events.")?.split_once(".service.automation.")?;
    (!originator.contains('.') && !automation_type.contains('.')).then_some(automation_type)
}

/// [`AutomationInvocation`] before R2023_04.
#[derive(Datum)]
#[avro(namespace = "org.kaaproject.ipc.aip.gen.v1", name = "AutomationInvocation")]
pub(crate) struct OldAutomationInvocation {
    correlation_id: String,
    timestamp: i64,
    #[avro(default = 0)]
    timeout: i64,
    #[avro(default = null)]
    payload: Option<Bytes>,
}

impl From<OldAutomationInvocation> for AutomationInvocation {
    fn from(old: OldAutomationInvocation) -> Self {
        Self {
            correlation_id: old.correlation_id,
            timestamp: old.timestamp,
            timeout: old.timeout,
            tenant_id: String::new(),
            payload: old.payload,
        }
    }
}

impl From<&AutomationInvocation> for OldAutomationInvocation {
    fn from(new: &AutomationInvocation) -> Self {
        Self {
            correlation_id: new.correlation_id.clone(),
            timestamp: new.timestamp,
            timeout: new.timeout,
            payload: new.payload.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use kaa_ism::{Event as _, InstanceName, WireRevision};
    use kaa_proves::proves;

    use super::*;
    use crate::testing::{is_layout, typical};

    #[proves("AIP-001")]
    #[test]
    fn the_subject_ends_in_the_type() {
        assert_eq!(AutomationInvocation::KIND.as_str(), "service.automation.*");
        let (invocation, trigger) = (AutomationInvocation::new("tenant-1"), InstanceName::parse("re").unwrap());
        let subject = invocation.subject_with(&trigger, &["email"]).unwrap();
        assert_eq!(subject.as_str(), "kaa.v1.events.re.service.automation.email");
        assert_eq!(automation_type(&subject), Some("email"));
        invocation.subject(&trigger).unwrap_err();
        invocation.subject_with(&trigger, &["e.mail"]).unwrap_err();
    }

    #[test]
    fn other_subjects_have_no_type() {
        for subject in [
            "kaa.v1.events.re.service.configuration.email",
            "kaa.v1.events.re.service.automation.e.mail",
            "kaa.v1.events.a.b.service.automation.email",
            "kaa.v1.service.re.service.automation.email",
        ] {
            assert_eq!(automation_type(&Subject::parse(subject).unwrap()), None, "{subject}");
        }
    }

    #[proves("AIP-003")]
    #[test]
    fn there_is_no_originator_and_the_payload_may_be_null() {
        let invocation = AutomationInvocation::new("t");
        assert_eq!(invocation.to_bytes()[..], *b"\0\0\0\x02t\0");
        assert_eq!(invocation.with_payload("{}").to_bytes()[..], *b"\0\0\0\x02t\x02\x04{}");
    }

    #[test]
    fn before_2023_04_there_was_no_tenant() {
        let old = b"\x483f0c1c9e-5a52-4c3b-9a53-0d1f4e6f7a10\xf6\xa1\xab\xfe\xf9\x62\xe0\xd4\x03\
            \x02\x20{\"observe\":true}";
        let new = typical(AutomationInvocation::new("tenant-1").with_payload(r#"{"observe":true}"#));
        let read = AutomationInvocation { tenant_id: String::new(), ..new.clone() };
        is_layout(WireRevision::R2020_07, old, &new, &read);
        is_layout(WireRevision::R2023_04, &new.to_bytes(), &new, &new);

        let empty = AutomationInvocation::new("");
        is_layout(WireRevision::R2020_07, b"\0\0\0\0", &empty, &empty);
    }
}
