//! What is below and above the entity.

use kaa_ism::{Datum, Message};

use super::{EMPTY_TREE, RelationTreeGetRequest};

/// Says what the relation tree of an entity is (26/ARMP, `0026-relation-tree-get-response.avsc`, ARMP-012 to ARMP-015).
///
/// - Subject: the replyTo of the request as it stands (D-22).
/// - Sent by the repository.
/// - Peers of the releases from 2024-05-04 until 2024-05-09 write relationTree as a plain string.
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(
    namespace = "org.kaaproject.ipc.armp.gen.v1",
    before(R2024_05_04 = Self),
    before(R2024_05_09 = PlainRelationTreeGetResponse)
)]
#[message(response = "armp.relation-tree-get-response", request = RelationTreeGetRequest)]
#[non_exhaustive]
pub struct RelationTreeGetResponse {
    /// That of the request.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// HTTP status code: 2xx on success.
    pub status_code: i32,
    /// Reason phrase. Null if there is none.
    #[avro(default = null)]
    pub reason_phrase: Option<String>,
    /// The tree as JSON text, [`EMPTY_TREE`] if the entity has none. Null with an error (ARMP-015); to a peer that has
    /// no null here it is written as [`EMPTY_TREE`].
    #[avro(default = null)]
    pub relation_tree: Option<String>,
}

/// [`RelationTreeGetResponse`] from R2024_05_04, before R2024_05_09.
#[derive(Datum)]
#[avro(namespace = "org.kaaproject.ipc.armp.gen.v1", name = "RelationTreeGetResponse")]
pub(crate) struct PlainRelationTreeGetResponse {
    correlation_id: String,
    timestamp: i64,
    #[avro(default = 0)]
    timeout: i64,
    status_code: i32,
    #[avro(default = null)]
    reason_phrase: Option<String>,
    relation_tree: String,
}

impl From<PlainRelationTreeGetResponse> for RelationTreeGetResponse {
    fn from(plain: PlainRelationTreeGetResponse) -> Self {
        Self {
            correlation_id: plain.correlation_id,
            timestamp: plain.timestamp,
            timeout: plain.timeout,
            status_code: plain.status_code,
            reason_phrase: plain.reason_phrase,
            relation_tree: Some(plain.relation_tree),
        }
    }
}

impl From<&RelationTreeGetResponse> for PlainRelationTreeGetResponse {
    fn from(response: &RelationTreeGetResponse) -> Self {
        Self {
            correlation_id: response.correlation_id.clone(),
            timestamp: response.timestamp,
            timeout: response.timeout,
            status_code: response.status_code,
            reason_phrase: response.reason_phrase.clone(),
            relation_tree: response.relation_tree.as_deref().unwrap_or(EMPTY_TREE).to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use kaa_ism::{ReplicaId, Response as _, Status, Subject, WireRevision};
    use kaa_proves::proves;

    use super::*;
    use crate::testing::{is_layout, typical};

    #[test]
    fn its_reply_subject_is_that_of_the_client_replica() {
        let subject = Subject::replica(&ReplicaId::parse("r1").unwrap(), RelationTreeGetResponse::KIND);
        assert_eq!(subject.as_str(), "kaa.v1.replica.r1.armp.relation-tree-get-response");
    }

    #[proves("ARMP-014", "ARMP-015")]
    #[test]
    fn no_tree_is_an_empty_object_and_an_error_has_null() {
        let empty = RelationTreeGetResponse::new(200).with_relation_tree(EMPTY_TREE);
        assert_eq!(empty.to_bytes()[..], *b"\0\0\0\x90\x03\0\x02\x04{}");
        let request = RelationTreeGetRequest::new("t", "ASSET", "a");
        let refusal = RelationTreeGetResponse::refusal(request, &Status::not_found("no"));
        assert_eq!(refusal.to_bytes()[..], *b"\0\0\0\xa8\x06\x02\x04no\0");
    }

    #[test]
    fn the_tree_was_a_plain_string_from_2024_05_04_until_2024_05_09() {
        let plain = b"\x483f0c1c9e-5a52-4c3b-9a53-0d1f4e6f7a10\xf6\xa1\xab\xfe\xf9\x62\xe0\xd4\x03\
            \x90\x03\x02\x04OK\x48{\"entityType\":\"ASSET\",\"children\":[]}";
        let tree = r#"{"entityType":"ASSET","children":[]}"#;
        let response = typical(RelationTreeGetResponse::new(200).with_reason_phrase("OK").with_relation_tree(tree));
        for revision in [WireRevision::R2024_05_04, WireRevision::R2024_05_08] {
            is_layout(revision, plain, &response, &response);
        }
        let nullable = response.to_bytes();
        for revision in [WireRevision::R2020_07, WireRevision::R2024_03, WireRevision::R2024_05_09] {
            is_layout(revision, &nullable, &response, &response);
        }
    }

    #[proves("ARMP-015")]
    #[test]
    fn a_plain_string_is_read_as_it_is_and_null_becomes_the_empty_tree() {
        let (none, plain) = (RelationTreeGetResponse::new(0), WireRevision::R2024_05_04);
        let some = |tree| none.clone().with_relation_tree(tree);
        is_layout(plain, b"\0\0\0\0\0\0", &some(""), &some(""));
        is_layout(plain, b"\0\0\0\0\0\x04{}", &none, &some(EMPTY_TREE));
    }
}
