//! What an endpoint made of its configuration.

use kaa_ism::Message;
use kaa_protocol::StatusCode;

/// An endpoint has applied a configuration, or has refused it (6/CDTP, `0006-config-applied.avsc`, CDTP-005 to
/// CDTP-009, CDTP-026).
///
/// - Subject: `kaa.v1.events.<consumer instance>.endpoint.config.applied`.
/// - Sent by the consumer, if it likes. It does not say under which name: the configId has to tell (D-11).
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.event.gen.v1.endpoint.config")]
#[message(event = "endpoint.config.applied")]
#[non_exhaustive]
pub struct ConfigApplied {
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// Application version of the endpoint.
    pub app_version_name: String,
    /// The endpoint.
    pub endpoint_id: String,
    /// Id of the configuration that was applied or refused.
    pub config_id: String,
    /// Replica that published the event. Null if unknown (CDTP-009).
    #[avro(default = null)]
    pub originator_replica_id: Option<String>,
    /// HTTP status code: 2xx if the endpoint has applied the configuration, else it has refused it (CDTP-008). Appended
    /// 2020-05-08; absent bytes are read as 200.
    #[avro(default = 200, appended)]
    pub status_code: i32,
    /// Reason phrase. Null if there is none. Appended 2020-05-08; absent bytes are read as null.
    #[avro(default = null, appended)]
    pub reason_phrase: Option<String>,
}

impl ConfigApplied {
    /// Whether the endpoint has applied the configuration; if not, it has refused it (CDTP-008).
    #[must_use]
    pub fn is_applied(&self) -> bool {
        StatusCode::new(self.status_code).is_success()
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use kaa_ism::{Event as _, InstanceName};
    use kaa_proves::proves;

    use super::*;

    fn event() -> ConfigApplied {
        ConfigApplied::new("kettle-v2", "ep-7f31", "v2")
    }

    #[proves("CDTP-005")]
    #[test]
    fn the_consumer_publishes_it() {
        let subject = event().subject(&InstanceName::parse("cmx").unwrap()).unwrap();
        assert_eq!(subject.as_str(), "kaa.v1.events.cmx.endpoint.config.applied");
    }

    #[proves("CDTP-008")]
    #[test]
    fn it_tells_success_unless_a_status_code_tells_otherwise() {
        assert!(event().is_applied());
        assert!(event().with_status_code(204).is_applied());
        let refused = event().with_status_code(400).with_reason_phrase("no such mode");
        assert!(!refused.is_applied());
        assert_eq!(refused.reason_phrase.as_deref(), Some("no such mode"));
    }

    #[proves("CDTP-007", "CDTP-008")]
    #[test]
    fn bytes_from_before_2020_05_tell_success() {
        let old = Bytes::from_static(b"\0\0\0\x12kettle-v2\x0eep-7f31\x04v2\0");
        assert_eq!(ConfigApplied::decode(&old), Ok(event()));
    }

    #[proves("CDTP-007", "CDTP-009")]
    #[test]
    fn the_originator_comes_before_the_status_code() {
        let mut event = event().with_reason_phrase("OK");
        event.originator_replica_id = Some("r1".to_owned());
        let expected = b"\0\0\0\x12kettle-v2\x0eep-7f31\x04v2\x02\x04r1\x90\x03\x02\x04OK";
        assert_eq!(event.to_bytes()[..], *expected);
    }
}
