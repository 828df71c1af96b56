//! The role that keeps the metadata.

use std::{collections::BTreeMap, future::Future, sync::Arc};

use kaa_ism::{Context, Handlers, Role};
use kaa_protocol::{Status, StatusCode};

use super::{
    AppVersionsByEndpointsRequest, AppVersionsByEndpointsResponse, EndpointMetadata, EndpointMetadataGetRequest,
    EndpointMetadataGetResponse, EndpointMetadataKeyBatchUpdateRequest, EndpointMetadataKeyBatchUpdateResponse,
    EndpointMetadataKeyUpdateRequest, EndpointMetadataKeyUpdateResponse, EndpointMetadataKeysGetRequest,
    EndpointMetadataKeysGetResponse, EndpointMetadataPatchRequest, EndpointMetadataPatchResponse, batch::Failures,
};
use crate::serve::serve;

/// Keeps the metadata of endpoints. Each request gets exactly one answer.
///
/// - **Order**: patches of one endpoint are handled one after the other, in order of arrival; so are updates of its
///   keys. Everything else is handled concurrently and in no order: who needs one waits for the answer.
/// - **Batches** are taken apart: [`update_key`](Self::update_key) gets their commands, one after the other. The answer
///   has one status: 200, or that of the first command that failed, with a phrase that names the endpoints of all that
///   failed (D-31). If the deadline of a batch passes, the commands that have been handled by then stay.
/// - **Events**: every change is announced by a [`MetadataUpdatedEvent`](crate::eme::MetadataUpdatedEvent) (EME-001).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no metadata repository",
    label = "does not implement `MetadataRepository`",
    note = "a repository has five methods, from `get` to `app_versions`: a closure cannot be one"
)]
pub trait MetadataRepository: Send + Sync + 'static {
    /// The metadata that the request [`wants`](EndpointMetadataGetRequest::wants), with their version and the
    /// application version. An unknown endpoint is a [`Status`] 404. If no metadata were asked for, none are sent
    /// whatever is returned (EPMMP-009).
    fn get(
        &self,
        request: EndpointMetadataGetRequest,
        context: Context,
    ) -> impl Future<Output = Result<EndpointMetadata, Status>> + Send;

    /// Applies a JSON Patch, all of it or nothing (EPMMP-011): [`Status`] 404 unknown endpoint, 412 if its condition
    /// does not [hold](EndpointMetadataPatchRequest::holds_for), 403 restricted key (EPMMP-019), 400 otherwise.
    fn patch(
        &self,
        request: EndpointMetadataPatchRequest,
        context: Context,
    ) -> impl Future<Output = Result<(), Status>> + Send;

    /// Sets one key: [`Status`] 404 unknown endpoint, 403 restricted key (EPMMP-029), 400 no JSON.
    fn update_key(
        &self,
        request: EndpointMetadataKeyUpdateRequest,
        context: Context,
    ) -> impl Future<Output = Result<(), Status>> + Send;

    /// The keys; none is a success (EPMMP-046). An unknown endpoint is a [`Status`] 404.
    fn keys(
        &self,
        request: EndpointMetadataKeysGetRequest,
        context: Context,
    ) -> impl Future<Output = Result<Vec<String>, Status>> + Send;

    /// Ids of the endpoints found, by application version name. An unknown endpoint is in none (EPMMP-054).
    fn app_versions(
        &self,
        request: AppVersionsByEndpointsRequest,
        context: Context,
    ) -> impl Future<Output = Result<BTreeMap<String, Vec<String>>, Status>> + Send;
}

/// The role of `repository`, to be served by a runtime.
pub fn repository(repository: impl MetadataRepository) -> impl Role {
    Repository(Arc::new(repository))
}

struct Repository<R>(Arc<R>);

const OK: i32 = StatusCode::OK.as_i32();

impl<R: MetadataRepository> Role for Repository<R> {
    fn install(self, handlers: &mut impl Handlers) {
        self.install_reading(handlers);
        self.install_writing(handlers);
    }
}

impl<R: MetadataRepository> Repository<R> {
    fn install_reading(&self, handlers: &mut impl Handlers) {
        serve(
            handlers,
            &self.0,
            |_| None,
            |repository, request: EndpointMetadataGetRequest, context| async move {
                let (endpoint_id, is_wanted) = (request.endpoint_id.clone(), request.include_metadata);
                let metadata = repository.get(request, context).await?;
                let mut response = EndpointMetadataGetResponse::new(endpoint_id, OK);
                response.e_tag = metadata.e_tag;
                response.payload = metadata.payload.filter(|_| is_wanted);
                response.app_version_name = metadata.app_version_name;
                Ok(response)
            },
        );
        serve(
            handlers,
            &self.0,
            |_| None,
            |repository, request: EndpointMetadataKeysGetRequest, context| async move {
                let endpoint_id = request.endpoint_id.clone();
                let keys = repository.keys(request, context).await?;
                Ok(EndpointMetadataKeysGetResponse::new(endpoint_id, OK).with_keys(keys))
            },
        );
        serve(
            handlers,
            &self.0,
            |_| None,
            |repository, request: AppVersionsByEndpointsRequest, context| async move {
                let endpoint_ids = request.endpoint_ids.clone();
                let found = repository.app_versions(request, context).await?;
                Ok(AppVersionsByEndpointsResponse::new(endpoint_ids, found, OK))
            },
        );
    }

    fn install_writing(&self, handlers: &mut impl Handlers) {
        serve(
            handlers,
            &self.0,
            |request: &EndpointMetadataPatchRequest| Some(&request.endpoint_id),
            |repository, request, context| async move {
                let endpoint_id = request.endpoint_id.clone();
                repository.patch(request, context).await?;
                Ok(EndpointMetadataPatchResponse::new(endpoint_id, OK))
            },
        );
        serve(
            handlers,
            &self.0,
            |request: &EndpointMetadataKeyUpdateRequest| Some(&request.endpoint_id),
            |repository, request, context| async move {
                let endpoint_id = request.endpoint_id.clone();
                repository.update_key(request, context).await?;
                Ok(EndpointMetadataKeyUpdateResponse::new(endpoint_id, OK))
            },
        );
        serve(
            handlers,
            &self.0,
            |_| None,
            |repository, request: EndpointMetadataKeyBatchUpdateRequest, context| async move {
                update_keys(&*repository, request, context).await?;
                Ok(EndpointMetadataKeyBatchUpdateResponse::new(OK))
            },
        );
    }
}

/// Each command by itself, in order (D-31).
async fn update_keys(
    repository: &impl MetadataRepository,
    batch: EndpointMetadataKeyBatchUpdateRequest,
    context: Context,
) -> Result<(), Status> {
    let mut failures = Failures::default();
    for command in batch.commands {
        let update = EndpointMetadataKeyUpdateRequest {
            correlation_id: batch.correlation_id.clone(),
            timestamp: batch.timestamp,
            timeout: batch.timeout,
            endpoint_id: command.endpoint_id.clone(),
            metadata_key: command.metadata_key,
            metadata_value: command.metadata_value,
        };
        if let Err(status) = repository.update_key(update, context.clone()).await {
            failures.add(command.endpoint_id, status);
        }
    }
    failures.into_result()
}
