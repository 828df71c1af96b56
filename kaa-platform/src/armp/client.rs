//! The side that asks about relations.

use kaa_ism::{Bus, InstanceName, RequestError, SendOptions};

use super::{EMPTY_TREE, Relation, RelationGetRequest, RelationTreeGetRequest};

/// Asks a repository of assets. Asking changes nothing: it may be [tried again](SendOptions::with_retry).
#[derive(Clone, Debug)]
pub struct ArmpHandle<B> {
    bus: B,
    repository: InstanceName,
}

/// Gives every [`Bus`] an [`ArmpHandle`].
pub trait Armp: Bus {
    /// Asks the repository instance `repository`.
    fn armp(&self, repository: InstanceName) -> ArmpHandle<Self> {
        ArmpHandle { bus: self.clone(), repository }
    }
}

impl<B: Bus> Armp for B {}

impl<B: Bus> ArmpHandle<B> {
    /// The relations of an entity (ARMP-001 to ARMP-003), of one type if the request names it.
    ///
    /// # Errors
    ///
    /// [`RequestError::Refused`] if there is no such entity, [`RequestError::NoAnswer`] if that is unknown.
    pub async fn relations(
        &self,
        request: RelationGetRequest,
        options: SendOptions,
    ) -> Result<Vec<Relation>, RequestError> {
        Ok(self.bus.request(&self.repository, request, options).await?.relations)
    }

    /// The relation tree of an entity as JSON text (ARMP-009 to ARMP-011); [`EMPTY_TREE`] if it has none, also if the
    /// repository leaves it out of its answer.
    ///
    /// # Errors
    ///
    /// As for [`relations`](Self::relations).
    pub async fn relation_tree(
        &self,
        request: RelationTreeGetRequest,
        options: SendOptions,
    ) -> Result<String, RequestError> {
        let response = self.bus.request(&self.repository, request, options).await?;
        Ok(response.relation_tree.unwrap_or_else(|| EMPTY_TREE.to_owned()))
    }
}
