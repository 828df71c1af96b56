//! A tenant has changed.

use kaa_ism::Message;

/// The data of a tenant have changed (21/TLE, `0021-tenant-updated.avsc`, TLE-001 to TLE-003).
///
/// - Subject: `kaa.v1.events.<originator instance>.tenant.lifecycle.updated`.
/// - Sent by the service that manages tenants.
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.event.gen.v1.tenant.lifecycle")]
#[message(event = "tenant.lifecycle.updated")]
#[non_exhaustive]
pub struct UpdatedEvent {
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// The tenant.
    pub tenant_id: String,
    /// Replica that published the event.
    pub originator_replica_id: String,
}

#[cfg(test)]
mod tests {
    use kaa_ism::{Event as _, InstanceName};
    use kaa_proves::proves;

    use super::*;

    #[proves("TLE-001", "TLE-002")]
    #[test]
    fn it_is_published_as_updated() {
        let subject = UpdatedEvent::new("acme").subject(&InstanceName::parse("tm").unwrap()).unwrap();
        assert_eq!(subject.as_str(), "kaa.v1.events.tm.tenant.lifecycle.updated");
    }

    #[proves("TLE-003")]
    #[test]
    fn it_names_the_tenant_before_the_originator() {
        let mut event = UpdatedEvent::new("acme");
        event.originator_replica_id = "r1".to_owned();
        assert_eq!(event.to_bytes()[..], *b"\0\0\0\x08acme\x04r1");
    }
}
