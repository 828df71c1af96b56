//! What the entity is related to.

use kaa_ism::Message;

use super::{Relation, RelationGetRequest};

/// Says what an entity is related to (26/ARMP, `0026-relation-get-response.avsc`, ARMP-004 to ARMP-008). The record of
/// a [`Relation`] is written out in place (D-1).
///
/// - Subject: the replyTo of the request as it stands (D-22).
/// - Sent by the repository.
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.armp.gen.v1")]
#[message(response = "armp.relation-get-response", request = RelationGetRequest)]
#[non_exhaustive]
pub struct RelationGetResponse {
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
    /// The relations of the entity. Empty by default, and with an error.
    #[avro(default = [])]
    pub relations: Vec<Relation>,
}

#[cfg(test)]
mod tests {
    use kaa_ism::{ReplicaId, Response as _, Status, Subject};
    use kaa_proves::proves;

    use super::*;

    #[test]
    fn its_reply_subject_is_that_of_the_client_replica() {
        let subject = Subject::replica(&ReplicaId::parse("r1").unwrap(), RelationGetResponse::KIND);
        assert_eq!(subject.as_str(), "kaa.v1.replica.r1.armp.relation-get-response");
    }

    // D-1
    #[proves("ARMP-006", "ARMP-008")]
    #[test]
    fn relations_are_written_in_place() {
        let response = RelationGetResponse::new(0);
        assert_eq!(response.to_bytes()[..], *b"\0\0\0\0\0\0");
        let response = response.with_relations([Relation::new("A", "1", "X"), Relation::new("B", "2", "Y")]);
        assert_eq!(response.to_bytes()[..], *b"\0\0\0\0\0\x04\x02A\x021\x02X\x02B\x022\x02Y\0");
        let schema = RelationGetResponse::avro_schema().to_string();
        assert!(schema.contains(r#""relationType""#), "{schema}");
    }

    #[proves("ARMP-006")]
    #[test]
    fn a_refusal_has_no_relations() {
        let mut request = RelationGetRequest::new("t", "ASSET", "a");
        request.correlation_id = "c".to_owned();
        let mut expected = RelationGetResponse::new(404).with_reason_phrase("no such entity");
        expected.correlation_id = "c".to_owned();
        assert_eq!(RelationGetResponse::refusal(request, &Status::not_found("no such entity")), expected);
    }
}
