//! There is something new to configure an endpoint with.

use bytes::Bytes;
use kaa_ism::Message;

use crate::Config;

/// A configuration of an endpoint has changed (6/CDTP, `0006-config-updated.avsc`, CDTP-001 to CDTP-004).
///
/// - Subject: `kaa.v1.events.<provider instance>.endpoint.config.updated`.
/// - Sent by the provider. It does not say under which name the configuration has changed: a hint to pull every name
///   that the listener follows (D-11).
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.event.gen.v1.endpoint.config")]
#[message(event = "endpoint.config.updated")]
#[non_exhaustive]
pub struct ConfigUpdated {
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
    /// Id of the new configuration. Never null; empty if nothing is assigned any more.
    pub config_id: String,
    /// How the content is encoded.
    #[avro(default = "application/json")]
    pub content_type: String,
    /// The new configuration itself. Never null.
    pub content: Bytes,
    /// Replica that published the event. Null if unknown (CDTP-009).
    #[avro(default = null)]
    pub originator_replica_id: Option<String>,
}

impl ConfigUpdated {
    /// The endpoint is to be configured with `config` from now on.
    #[must_use]
    pub fn of(app_version_name: impl Into<String>, endpoint_id: impl Into<String>, config: Config) -> Self {
        Self::new(app_version_name, endpoint_id, config.id, config.content).with_content_type(config.content_type)
    }
}

#[cfg(test)]
mod tests {
    use kaa_ism::{Event as _, InstanceName};
    use kaa_proves::proves;

    use super::*;

    #[proves("CDTP-001")]
    #[test]
    fn the_provider_publishes_it() {
        let event = ConfigUpdated::new("kettle-v2", "ep-7f31", "v2", "{}");
        let subject = event.subject(&InstanceName::parse("ecr").unwrap()).unwrap();
        assert_eq!(subject.as_str(), "kaa.v1.events.ecr.endpoint.config.updated");
    }

    #[test]
    fn it_carries_the_whole_configuration() {
        let config = Config::new("v2", "a: 1").with_content_type("application/yaml");
        let event = ConfigUpdated::of("kettle-v2", "ep-7f31", config);
        assert_eq!((event.config_id.as_str(), event.content_type.as_str()), ("v2", "application/yaml"));
        assert_eq!(event.content, "a: 1");
    }

    #[proves("CDTP-002", "CDTP-004", "CDTP-009")]
    #[test]
    fn the_originator_is_the_last_field_and_may_be_null() {
        let mut event = ConfigUpdated::new("kettle-v2", "ep-7f31", "v2", "{}").with_content_type("x");
        assert_eq!(event.to_bytes()[..], *b"\0\0\0\x12kettle-v2\x0eep-7f31\x04v2\x02x\x04{}\0");
        event.originator_replica_id = Some("r1".to_owned());
        assert_eq!(event.to_bytes()[..], *b"\0\0\0\x12kettle-v2\x0eep-7f31\x04v2\x02x\x04{}\x02\x04r1");
    }
}
