//! What is below and above this entity?

use kaa_ism::Message;

use super::RelationTreeGetResponse;

/// Asks for the relation tree of an entity (26/ARMP, `0026-relation-tree-get-request.avsc`, ARMP-009 to ARMP-011).
///
/// - Subject: `kaa.v1.service.<repository instance>.armp.relation-tree-get-request`.
/// - replyTo: needed for the answer (D-35); `kaa.v1.replica.<client replica>.armp.relation-tree-get-response`.
/// - Sent by an asset client; answered by [`RelationTreeGetResponse`].
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.armp.gen.v1")]
#[message(request = "armp.relation-tree-get-request", response = RelationTreeGetResponse)]
#[non_exhaustive]
pub struct RelationTreeGetRequest {
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// Tenant of the entity.
    pub tenant_id: String,
    /// Type of the entity.
    pub entity_type: String,
    /// Id of the entity.
    pub entity_id: String,
}

#[cfg(test)]
mod tests {
    use kaa_ism::{InstanceName, Request as _, Subject};
    use kaa_proves::proves;

    use super::*;

    #[proves("ARMP-009")]
    #[test]
    fn it_goes_to_the_repository() {
        let subject = Subject::service(&InstanceName::parse("am").unwrap(), RelationTreeGetRequest::KIND);
        assert_eq!(subject.as_str(), "kaa.v1.service.am.armp.relation-tree-get-request");
    }

    #[proves("ARMP-011")]
    #[test]
    fn it_names_tenant_type_and_id() {
        assert_eq!(RelationTreeGetRequest::new("t", "ASSET", "a").to_bytes()[..], *b"\0\0\0\x02t\x0aASSET\x02a");
    }
}
