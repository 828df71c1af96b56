//! The role that knows the relations.

use std::{future::Future, sync::Arc};

use kaa_ism::{Context, Handlers, Role};
use kaa_protocol::{Status, StatusCode};

use super::{EndpointRelationsGetRequest, EndpointRelationsGetResponse};
use crate::serve::serve;

/// Knows how endpoints are related. Requests are handled concurrently and in no order; each gets exactly one answer.
/// A closure `async |request: EndpointRelationsGetRequest, context: Context| …` is a repository too.
///
/// Every change of relations is announced by an [`EndpointRelationsUpdated`](super::EndpointRelationsUpdated)
/// (EPRMP-010).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no relation repository",
    label = "neither implements `RelationRepository` nor is a closure of the right form",
    note = "a closure has the form `async |request: EndpointRelationsGetRequest, context: Context| -> Result<Vec<String>, Status>`; with state, `move |request: EndpointRelationsGetRequest, context: Context| {{ let state = state.clone(); async move {{ .. }} }}`"
)]
pub trait RelationRepository: Send + Sync + 'static {
    /// Ids of the endpoints that have the relation to the endpoint of the request; none is a success (EPRMP-009). An
    /// unknown endpoint is a [`Status`] 404.
    fn related(
        &self,
        request: EndpointRelationsGetRequest,
        context: Context,
    ) -> impl Future<Output = Result<Vec<String>, Status>> + Send;
}

impl<F, Fut> RelationRepository for F
where
    F: Fn(EndpointRelationsGetRequest, Context) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Vec<String>, Status>> + Send,
{
    fn related(
        &self,
        request: EndpointRelationsGetRequest,
        context: Context,
    ) -> impl Future<Output = Result<Vec<String>, Status>> + Send {
        self(request, context)
    }
}

/// The role of `repository`, to be served by a runtime.
pub fn repository(repository: impl RelationRepository) -> impl Role {
    Repository(Arc::new(repository))
}

struct Repository<R>(Arc<R>);

impl<R: RelationRepository> Role for Repository<R> {
    fn install(self, handlers: &mut impl Handlers) {
        serve(
            handlers,
            &self.0,
            |_| None,
            |repository, request: EndpointRelationsGetRequest, context| async move {
                let endpoint_ids = repository.related(request, context).await?;
                Ok(EndpointRelationsGetResponse::new(StatusCode::OK.as_i32()).with_endpoint_ids(endpoint_ids))
            },
        );
    }
}
