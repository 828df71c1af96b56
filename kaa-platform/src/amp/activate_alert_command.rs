//! Raise an alert.

use kaa_ism::{Message, Timestamp};

/// Activates an alert about an entity (25/AMP, `0025-activate-alert-command.avsc`, AMP-001 to AMP-005). All texts are
/// free: no set of types or levels is defined (AMP-005).
///
/// - Subject: `kaa.v1.service.<alert storage instance>.amp.activate-alert`.
/// - replyTo: none, and never answered (AMP-004).
/// - Sent by an alert client.
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.amp.gen.v1")]
#[message(one_way = "amp.activate-alert")]
#[non_exhaustive]
pub struct ActivateAlertCommand {
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// What kind of alert it is.
    pub alert_type: String,
    /// How bad it is.
    pub severity_level: String,
    /// What kind of entity it is about.
    pub entity_type: String,
    /// Which entity it is about.
    pub entity_id: String,
    /// Tenant of the entity.
    pub tenant_id: String,
    /// Why it is raised.
    pub activate_reason: String,
    /// When it started, in milliseconds since the Unix epoch. 0 means not given (AMP-003).
    #[avro(default = 0)]
    pub started_at: i64,
    /// When it was last active, in milliseconds since the Unix epoch. 0 means not given (AMP-003).
    #[avro(default = 0)]
    pub last_active_at: i64,
}

impl ActivateAlertCommand {
    /// When the alert started: `now`, the time of the alert storage, if it was not given (AMP-003).
    #[must_use]
    pub fn started(&self, now: Timestamp) -> Timestamp {
        given(self.started_at).unwrap_or(now)
    }

    /// When the alert was last active: `now`, the time of the alert storage, if it was not given (AMP-003).
    #[must_use]
    pub fn last_active(&self, now: Timestamp) -> Timestamp {
        given(self.last_active_at).unwrap_or(now)
    }
}

fn given(millis: i64) -> Option<Timestamp> {
    (millis != 0).then_some(Timestamp(millis))
}

#[cfg(test)]
mod tests {
    use kaa_ism::{InstanceName, OneWay as _};
    use kaa_proves::proves;

    use super::*;

    const NOW: Timestamp = Timestamp(5);

    fn command() -> ActivateAlertCommand {
        ActivateAlertCommand::new("OVERHEAT", "CRITICAL", "ENDPOINT", "ep-1", "t", "hot")
    }

    #[proves("AMP-001")]
    #[test]
    fn it_goes_to_the_alert_storage() {
        let subject = ActivateAlertCommand::subject(&InstanceName::parse("re").unwrap()).unwrap();
        assert_eq!(subject.as_str(), "kaa.v1.service.re.amp.activate-alert");
    }

    #[proves("AMP-002", "AMP-005")]
    #[test]
    fn its_texts_are_written_in_their_order() {
        let expected = b"\0\0\0\x10OVERHEAT\x10CRITICAL\x10ENDPOINT\x08ep-1\x02t\x06hot\0\0";
        assert_eq!(command().to_bytes()[..], *expected);
    }

    #[proves("AMP-003")]
    #[test]
    fn times_that_are_not_given_are_those_of_the_storage() {
        let times = |command: ActivateAlertCommand| (command.started(NOW), command.last_active(NOW));
        assert_eq!(times(command()), (NOW, NOW));
        assert_eq!(times(command().with_started_at(3)), (Timestamp(3), NOW));
        assert_eq!(times(command().with_last_active_at(4)), (NOW, Timestamp(4)));
    }
}
