//! How one entity is related to another.

use kaa_ism::Datum;

/// A relation of the entity that was asked about (26/ARMP, `0026-relation.avsc`, ARMP-008). No message of its own: part
/// of [`RelationGetResponse`](super::RelationGetResponse).
#[derive(Clone, Debug, Default, PartialEq, Eq, Datum)]
#[avro(namespace = "org.kaaproject.ipc.armp.gen.v1")]
#[non_exhaustive]
pub struct Relation {
    /// Type of the other entity.
    pub entity_type: String,
    /// Id of the other entity.
    pub entity_id: String,
    /// How they are related, for example `CONTAINS`, `IS_CONTAINED_BY`, `MANAGES` or `IS_MANAGED_BY`; any text.
    pub relation_type: String,
}

impl Relation {
    /// A relation to an entity.
    #[must_use]
    pub fn new(entity_type: impl Into<String>, entity_id: impl Into<String>, relation_type: impl Into<String>) -> Self {
        Self { entity_type: entity_type.into(), entity_id: entity_id.into(), relation_type: relation_type.into() }
    }
}
