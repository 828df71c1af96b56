//! What is this entity related to?

use kaa_ism::{Datum, Message};

use super::RelationGetResponse;

/// Asks for the relations of an entity (26/ARMP, `0026-relation-get-request.avsc`, ARMP-001 to ARMP-003, ARMP-007).
///
/// - Subject: `kaa.v1.service.<repository instance>.armp.relation-get-request`.
/// - replyTo: needed for the answer (D-35); `kaa.v1.replica.<client replica>.armp.relation-get-response`.
/// - Sent by an asset client; answered by [`RelationGetResponse`].
/// - Peers of a release before 2024-03 write it without tenantId.
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.armp.gen.v1", before(R2024_03 = OldRelationGetRequest))]
#[message(request = "armp.relation-get-request", response = RelationGetResponse)]
#[non_exhaustive]
pub struct RelationGetRequest {
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// Tenant of the entity. Empty if a peer of a release before 2024-03 sent the message.
    pub tenant_id: String,
    /// Type of the entity.
    pub entity_type: String,
    /// Id of the entity.
    pub entity_id: String,
    /// Relations of which type to answer, for example `CONTAINS`. Null: those of every type (ARMP-007).
    #[avro(default = null)]
    pub relation_type: Option<String>,
}

/// [`RelationGetRequest`] before R2024_03.
#[derive(Datum)]
#[avro(namespace = "org.kaaproject.ipc.armp.gen.v1", name = "RelationGetRequest")]
pub(crate) struct OldRelationGetRequest {
    correlation_id: String,
    timestamp: i64,
    #[avro(default = 0)]
    timeout: i64,
    entity_type: String,
    entity_id: String,
    #[avro(default = null)]
    relation_type: Option<String>,
}

impl From<OldRelationGetRequest> for RelationGetRequest {
    fn from(old: OldRelationGetRequest) -> Self {
        Self {
            correlation_id: old.correlation_id,
            timestamp: old.timestamp,
            timeout: old.timeout,
            tenant_id: String::new(),
            entity_type: old.entity_type,
            entity_id: old.entity_id,
            relation_type: old.relation_type,
        }
    }
}

impl From<&RelationGetRequest> for OldRelationGetRequest {
    fn from(new: &RelationGetRequest) -> Self {
        Self {
            correlation_id: new.correlation_id.clone(),
            timestamp: new.timestamp,
            timeout: new.timeout,
            entity_type: new.entity_type.clone(),
            entity_id: new.entity_id.clone(),
            relation_type: new.relation_type.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use kaa_ism::{InstanceName, Request as _, Subject, WireRevision};
    use kaa_proves::proves;

    use super::*;
    use crate::testing::{is_layout, typical};

    #[proves("ARMP-001")]
    #[test]
    fn it_goes_to_the_repository() {
        let subject = Subject::service(&InstanceName::parse("am").unwrap(), RelationGetRequest::KIND);
        assert_eq!(subject.as_str(), "kaa.v1.service.am.armp.relation-get-request");
    }

    #[proves("ARMP-003")]
    #[test]
    fn the_type_is_optional() {
        let request = RelationGetRequest::new("t", "ASSET", "a");
        assert_eq!(request.to_bytes()[..], *b"\0\0\0\x02t\x0aASSET\x02a\0");
        assert_eq!(request.with_relation_type("MANAGES").to_bytes()[..], *b"\0\0\0\x02t\x0aASSET\x02a\x02\x0eMANAGES");
    }

    #[test]
    fn before_2024_03_there_was_no_tenant() {
        let old = b"\x483f0c1c9e-5a52-4c3b-9a53-0d1f4e6f7a10\xf6\xa1\xab\xfe\xf9\x62\xe0\xd4\x03\
            \x10ENDPOINT\x0eep-7f31\x02\x10CONTAINS";
        let new = typical(RelationGetRequest::new("tenant-1", "ENDPOINT", "ep-7f31").with_relation_type("CONTAINS"));
        let read = RelationGetRequest { tenant_id: String::new(), ..new.clone() };
        for revision in [WireRevision::R2020_07, WireRevision::R2023_11] {
            is_layout(revision, old, &new, &read);
        }
        is_layout(WireRevision::R2024_03, &new.to_bytes(), &new, &new);

        let empty = RelationGetRequest::new("", "", "");
        is_layout(WireRevision::R2023_11, b"\0\0\0\0\0\0", &empty, &empty);
    }
}
