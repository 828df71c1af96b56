//! The role that knows how entities are related.

use std::{future::Future, sync::Arc};

use kaa_ism::{Context, Handlers, Role, respond};
use kaa_protocol::{Status, StatusCode};

use super::{
    EMPTY_TREE, Relation, RelationGetRequest, RelationGetResponse, RelationTreeGetRequest, RelationTreeGetResponse,
};

/// Knows how assets and other entities are related. Requests are handled concurrently and in no order; each with a
/// replyTo gets exactly one answer (ARMP-004, ARMP-012). The futures are dropped at the deadline of the request or at
/// the end of a shutdown.
///
/// Whenever the relation tree of an entity changes, the repository broadcasts a
/// [`RelationTreeUpdated`](super::RelationTreeUpdated) for it (ARMP-016).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no asset repository",
    label = "does not implement `AssetRepository`",
    note = "a repository has two methods, `relations` and `relation_tree`: a closure cannot be one"
)]
pub trait AssetRepository: Send + Sync + 'static {
    /// The relations of the entity: those of the type that the request names, or of every type (ARMP-007). None is a
    /// success; an unknown entity is a [`Status`] 404.
    fn relations(
        &self,
        request: RelationGetRequest,
        context: Context,
    ) -> impl Future<Output = Result<Vec<Relation>, Status>> + Send;

    /// The relation tree of the entity as JSON text; `None` if it has none, which is answered as [`EMPTY_TREE`]
    /// (ARMP-015). An unknown entity is a [`Status`] 404.
    fn relation_tree(
        &self,
        request: RelationTreeGetRequest,
        context: Context,
    ) -> impl Future<Output = Result<Option<String>, Status>> + Send;
}

/// The role of `repository`, to be served by a runtime.
pub fn repository(repository: impl AssetRepository) -> impl Role {
    Repository(Arc::new(repository))
}

struct Repository<R>(Arc<R>);

impl<R: AssetRepository> Role for Repository<R> {
    fn install(self, handlers: &mut impl Handlers) {
        let repository = self.0.clone();
        respond(move |request: RelationGetRequest, context| {
            let repository = repository.clone();
            async move {
                let relations = repository.relations(request, context).await?;
                Ok(RelationGetResponse::new(StatusCode::OK.as_i32()).with_relations(relations))
            }
        })
        .install(handlers);
        let repository = self.0;
        respond(move |request: RelationTreeGetRequest, context| {
            let repository = repository.clone();
            async move {
                let tree = repository.relation_tree(request, context).await?;
                let tree = tree.unwrap_or_else(|| EMPTY_TREE.to_owned());
                Ok(RelationTreeGetResponse::new(StatusCode::OK.as_i32()).with_relation_tree(tree))
            }
        })
        .install(handlers);
    }
}
