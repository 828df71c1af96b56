//! A system configuration has changed.

use bytes::Bytes;
use kaa_ism::{Datum, Message};

use super::{ConfigLevel, InvalidConfigLevel};

/// A system configuration was created or updated (27/SCMP, `0027-system-config-updated.avsc`, SYSC-001 to SYSC-007).
/// Nothing announces its removal (D-33).
///
/// - Subject: `kaa.v1.events.<repository instance>.system.config.updated`.
/// - Sent by the configuration repository.
/// - Peers of a release before 2025-12 write it without tenantId.
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.event.gen.v1.system.config", before(R2025_12 = OldSystemConfigUpdated))]
#[message(event = "system.config.updated")]
#[non_exhaustive]
pub struct SystemConfigUpdated {
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// The tenant, on every level (SYSC-005). Empty if a peer of a release before 2025-12 sent the message.
    pub tenant_id: String,
    /// Name of the configuration.
    pub config_name: String,
    /// What it is for: the word of a [`ConfigLevel`] (SYSC-004), read by [`level`](Self::level).
    pub config_level: String,
    /// Which one on that level: id of the tenant, name of the application or of its version, or id of the endpoint
    /// (SYSC-005).
    pub config_level_id: String,
    /// How the content is encoded (SYSC-007).
    #[avro(default = "application/json")]
    pub content_type: String,
    /// The configuration itself. Never null.
    pub content: Bytes,
    /// Replica that published the event. Null if unknown (SYSC-003).
    #[avro(default = null)]
    pub originator_replica_id: Option<String>,
}

impl SystemConfigUpdated {
    /// What the configuration is for.
    ///
    /// # Errors
    ///
    /// [`InvalidConfigLevel`] if configLevel is another word (SYSC-004).
    pub fn level(&self) -> Result<ConfigLevel, InvalidConfigLevel> {
        self.config_level.parse()
    }
}

/// [`SystemConfigUpdated`] before R2025_12.
#[derive(Datum)]
#[avro(namespace = "org.kaaproject.ipc.event.gen.v1.system.config", name = "SystemConfigUpdated")]
pub(crate) struct OldSystemConfigUpdated {
    correlation_id: String,
    timestamp: i64,
    #[avro(default = 0)]
    timeout: i64,
    config_name: String,
    config_level: String,
    config_level_id: String,
    #[avro(default = "application/json")]
    content_type: String,
    content: Bytes,
    #[avro(default = null)]
    originator_replica_id: Option<String>,
}

impl From<OldSystemConfigUpdated> for SystemConfigUpdated {
    fn from(old: OldSystemConfigUpdated) -> Self {
        Self {
            correlation_id: old.correlation_id,
            timestamp: old.timestamp,
            timeout: old.timeout,
            tenant_id: String::new(),
            config_name: old.config_name,
            config_level: old.config_level,
            config_level_id: old.config_level_id,
            content_type: old.content_type,
            content: old.content,
            originator_replica_id: old.originator_replica_id,
        }
    }
}

impl From<&SystemConfigUpdated> for OldSystemConfigUpdated {
    fn from(new: &SystemConfigUpdated) -> Self {
        Self {
            correlation_id: new.correlation_id.clone(),
            timestamp: new.timestamp,
            timeout: new.timeout,
            config_name: new.config_name.clone(),
            config_level: new.config_level.clone(),
            config_level_id: new.config_level_id.clone(),
            content_type: new.content_type.clone(),
            content: new.content.clone(),
            originator_replica_id: new.originator_replica_id.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use kaa_ism::{Event as _, InstanceName, WireRevision};
    use kaa_proves::proves;

    use super::*;
    use crate::testing::{is_layout, typical};

    fn event() -> SystemConfigUpdated {
        SystemConfigUpdated::new("t", "network", ConfigLevel::Tenant, "t", "{}")
    }

    #[proves("SYSC-002")]
    #[test]
    fn the_repository_publishes_it() {
        let subject = event().subject(&InstanceName::parse("ecr").unwrap()).unwrap();
        assert_eq!(subject.as_str(), "kaa.v1.events.ecr.system.config.updated");
    }

    #[proves("SYSC-003", "SYSC-007")]
    #[test]
    fn the_originator_may_be_null_and_content_is_json_unless_said_otherwise() {
        let expected = b"\0\0\0\x02t\x0enetwork\x0cTENANT\x02t\x20application/json\x04{}\0";
        assert_eq!(event().to_bytes()[..], *expected);
        assert_eq!(event().with_content_type("x").content_type, "x");
    }

    #[proves("SYSC-004")]
    #[test]
    fn another_level_is_reported() {
        assert_eq!(event().level(), Ok(ConfigLevel::Tenant));
        let mut event = event();
        event.config_level = "DEVICE".to_owned();
        event.level().unwrap_err();
    }

    #[test]
    fn before_2025_12_there_was_no_tenant() {
        let old = b"\x483f0c1c9e-5a52-4c3b-9a53-0d1f4e6f7a10\xf6\xa1\xab\xfe\xf9\x62\xe0\xd4\x03\
            \x0enetwork\x16APPLICATION\x0ckettle\x20application/json\x1a{\"mode\":\"AP\"}\x02\x14cmx-6d9f-0";
        let content = r#"{"mode":"AP"}"#;
        let event =
            |tenant| typical(SystemConfigUpdated::new(tenant, "network", ConfigLevel::Application, "kettle", content));
        for revision in [WireRevision::R2020_07, WireRevision::R2024_11] {
            is_layout(revision, old, &event("tenant-1"), &event(""));
        }
        is_layout(WireRevision::R2025_12, &event("tenant-1").to_bytes(), &event("tenant-1"), &event("tenant-1"));

        let empty = SystemConfigUpdated::new("", "", "", "", "");
        is_layout(WireRevision::R2024_11, b"\0\0\0\0\0\0\x20application/json\0\0", &empty, &empty);
    }
}
