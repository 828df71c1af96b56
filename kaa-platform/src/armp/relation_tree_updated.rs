//! What is below and above an entity has changed.

use kaa_ism::{Datum, Message};

/// The relation tree of an entity has changed (26/ARMP, `0026-relation-tree-updated.avsc`, ARMP-016 to ARMP-018). The
/// fields are those of the schema file, not of the RFC's text (D-2).
///
/// - Subject: `kaa.v1.events.<repository instance>.entity.relation-tree.updated`.
/// - Sent by the repository for each entity whose tree has changed. It has no originatorReplicaId.
/// - Peers of a release before 2024-05-08 write it without tenantId, entityType and entityId.
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.armp.gen.v1", before(R2024_05_08 = OldRelationTreeUpdated))]
#[message(event = "entity.relation-tree.updated")]
#[non_exhaustive]
pub struct RelationTreeUpdated {
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// Tenant of the entity. Empty if a peer of a release before 2024-05-08 sent the message.
    pub tenant_id: String,
    /// Type of the entity. Empty if a peer of a release before 2024-05-08 sent the message.
    pub entity_type: String,
    /// Id of the entity. Empty if a peer of a release before 2024-05-08 sent the message.
    pub entity_id: String,
    /// The new tree as JSON text, [`EMPTY_TREE`](super::EMPTY_TREE) if there is none any more. Never null (ARMP-018).
    pub relation_tree: String,
}

/// [`RelationTreeUpdated`] before R2024_05_08.
#[derive(Datum)]
#[avro(namespace = "org.kaaproject.ipc.armp.gen.v1", name = "RelationTreeUpdated")]
pub(crate) struct OldRelationTreeUpdated {
    correlation_id: String,
    timestamp: i64,
    #[avro(default = 0)]
    timeout: i64,
    relation_tree: String,
}

impl From<OldRelationTreeUpdated> for RelationTreeUpdated {
    fn from(old: OldRelationTreeUpdated) -> Self {
        Self {
            correlation_id: old.correlation_id,
            timestamp: old.timestamp,
            timeout: old.timeout,
            tenant_id: String::new(),
            entity_type: String::new(),
            entity_id: String::new(),
            relation_tree: old.relation_tree,
        }
    }
}

impl From<&RelationTreeUpdated> for OldRelationTreeUpdated {
    fn from(new: &RelationTreeUpdated) -> Self {
        Self {
            correlation_id: new.correlation_id.clone(),
            timestamp: new.timestamp,
            timeout: new.timeout,
            relation_tree: new.relation_tree.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use kaa_ism::{Event as _, InstanceName, WireRevision};
    use kaa_proves::proves;

    use super::*;
    use crate::testing::{is_layout, typical};

    #[proves("ARMP-017")]
    #[test]
    fn the_repository_publishes_it() {
        let event = RelationTreeUpdated::new("t", "ASSET", "a", "{}");
        let subject = event.subject(&InstanceName::parse("am").unwrap()).unwrap();
        assert_eq!(subject.as_str(), "kaa.v1.events.am.entity.relation-tree.updated");
    }

    // D-2
    #[proves("ARMP-018")]
    #[test]
    fn the_entity_comes_before_its_tree() {
        let event = RelationTreeUpdated::new("t", "ASSET", "a", "{}");
        assert_eq!(event.to_bytes()[..], *b"\0\0\0\x02t\x0aASSET\x02a\x04{}");
    }

    // D-2
    #[test]
    fn before_2024_05_08_there_was_nothing_but_the_tree() {
        let old = b"\x483f0c1c9e-5a52-4c3b-9a53-0d1f4e6f7a10\xf6\xa1\xab\xfe\xf9\x62\xe0\xd4\x03\
            \x48{\"entityType\":\"ASSET\",\"children\":[]}";
        let tree = r#"{"entityType":"ASSET","children":[]}"#;
        let new = typical(RelationTreeUpdated::new("tenant-1", "ENDPOINT", "ep-7f31", tree));
        let read = typical(RelationTreeUpdated::new("", "", "", tree));
        for revision in [WireRevision::R2020_07, WireRevision::R2024_05_04] {
            is_layout(revision, old, &new, &read);
        }
        is_layout(WireRevision::R2024_05_08, &new.to_bytes(), &new, &new);

        let empty = RelationTreeUpdated::new("", "", "", "");
        is_layout(WireRevision::R2024_05_04, b"\0\0\0\0", &empty, &empty);
    }
}
