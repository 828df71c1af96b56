//! A tenant is gone.

use kaa_ism::Message;

/// A tenant has been removed from the platform (21/TLE, `0021-tenant-unregistered.avsc`, TLE-001, TLE-004, TLE-005).
/// Not to be confused with the event of the same name about endpoints, of 9/ELCE.
///
/// - Subject: `kaa.v1.events.<originator instance>.tenant.lifecycle.unregistered`.
/// - Sent by the service that manages tenants.
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.event.gen.v1.tenant.lifecycle")]
#[message(event = "tenant.lifecycle.unregistered")]
#[non_exhaustive]
pub struct UnregisteredEvent {
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

    #[proves("TLE-001", "TLE-004")]
    #[test]
    fn it_is_published_as_unregistered() {
        let subject = UnregisteredEvent::new("acme").subject(&InstanceName::parse("tm").unwrap()).unwrap();
        assert_eq!(subject.as_str(), "kaa.v1.events.tm.tenant.lifecycle.unregistered");
    }

    #[proves("TLE-005")]
    #[test]
    fn it_is_the_record_of_tenants() {
        let schema = UnregisteredEvent::avro_schema().to_string();
        assert!(schema.contains("org.kaaproject.ipc.event.gen.v1.tenant.lifecycle"), "{schema}");
        let mut event = UnregisteredEvent::new("acme");
        event.originator_replica_id = "r1".to_owned();
        assert_eq!(event.to_bytes()[..], *b"\0\0\0\x08acme\x04r1");
    }
}
