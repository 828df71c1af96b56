//! The role that knows the filters.

use std::{collections::BTreeMap, future::Future, sync::Arc};

use kaa_ism::{Context, Handlers, Role};
use kaa_protocol::{Status, StatusCode};

use super::{
    EndpointFiltersRequest, EndpointFiltersResponse, EndpointListByFilterRequest, EndpointListByFilterResponse,
};
use crate::serve::serve;

/// Knows which endpoints are in which filters. Requests are handled concurrently and in no order; each gets exactly one
/// answer.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no filter repository",
    label = "does not implement `FilterRepository`",
    note = "a repository has two methods, `filters` and `endpoints`: a closure cannot be one"
)]
pub trait FilterRepository: Send + Sync + 'static {
    /// Ids of the filters that an endpoint matches; none is a success (EFMP-008). An unknown endpoint is a [`Status`]
    /// 404.
    fn filters(
        &self,
        request: EndpointFiltersRequest,
        context: Context,
    ) -> impl Future<Output = Result<Vec<String>, Status>> + Send;

    /// Ids of the endpoints that match a filter, by application version name; none is a success (EFMP-016). An unknown
    /// filter is a [`Status`] 404.
    fn endpoints(
        &self,
        request: EndpointListByFilterRequest,
        context: Context,
    ) -> impl Future<Output = Result<BTreeMap<String, Vec<String>>, Status>> + Send;
}

/// The role of `repository`, to be served by a runtime.
pub fn repository(repository: impl FilterRepository) -> impl Role {
    Repository(Arc::new(repository))
}

struct Repository<R>(Arc<R>);

impl<R: FilterRepository> Role for Repository<R> {
    fn install(self, handlers: &mut impl Handlers) {
        serve(
            handlers,
            &self.0,
            |_| None,
            |repository, request: EndpointFiltersRequest, context| async move {
                let endpoint_id = request.endpoint_id.clone();
                let filter_ids = repository.filters(request, context).await?;
                Ok(EndpointFiltersResponse::new(endpoint_id, filter_ids, StatusCode::OK.as_i32()))
            },
        );
        serve(
            handlers,
            &self.0,
            |_| None,
            |repository, request: EndpointListByFilterRequest, context| async move {
                let filter_id = request.filter_id.clone();
                let endpoints = repository.endpoints(request, context).await?;
                Ok(EndpointListByFilterResponse::new(filter_id, endpoints, StatusCode::OK.as_i32()))
            },
        );
    }
}
