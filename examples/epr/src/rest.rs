//! The REST side, below `/epr/api/v1`, with the paths and names of Kaa:
//!
//! - `POST /endpoints` with `{appVersion: {name}, metadata?, endpointToken?, endpointId?}`;
//! - `GET /endpoints?endpointId=&applicationName=&applicationVersionName=&include=metadata&offset=&limit=`, oldest first;
//! - `GET`, `DELETE /endpoints/{endpointId}`, the former with `include=metadata`;
//! - `GET`, `PUT /endpoints/{endpointId}/app-version` with `{name}`;
//! - `GET`, `PUT /endpoints/{endpointId}/metadata`, the latter replacing all.
//!
//! What Kaa has beyond that (filters, relations, batches, single keys) is refused by name, not ignored.

use crate::{
    Announce, AppVersion, Endpoint, EndpointFilter, EndpointRepository, Endpoints, Error, ErrorKind, Metadata,
    NewEndpoint, TokenProvisioner,
};
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use kaa_protocol::EndpointId;
use rest_support::{JsonBody, Page, PathValue, QueryString, RestError, Window};

mod dto;

use dto::{AppVersionItem, CreatedEndpoint, EndpointItem, ListQuery, NewAppVersion, NewEndpointBody, OneQuery};

/// The service alone: its routes and what surrounds them.
pub fn router<R: EndpointRepository, T: TokenProvisioner, A: Announce>(endpoints: Endpoints<R, T, A>) -> Router {
    rest_support::finish(routes(endpoints))
}

/// The routes, to be merged with others before [`rest_support::finish`].
pub fn routes<R: EndpointRepository, T: TokenProvisioner, A: Announce>(endpoints: Endpoints<R, T, A>) -> Router {
    Router::new()
        .route("/epr/api/v1/endpoints", get(list::<R, T, A>).post(create::<R, T, A>))
        .route("/epr/api/v1/endpoints/{endpoint_id}", get(find::<R, T, A>).delete(remove::<R, T, A>))
        .route(
            "/epr/api/v1/endpoints/{endpoint_id}/app-version",
            get(app_version::<R, T, A>).put(set_app_version::<R, T, A>),
        )
        .route("/epr/api/v1/endpoints/{endpoint_id}/metadata", get(metadata::<R, T, A>).put(set_metadata::<R, T, A>))
        .with_state(endpoints)
}

async fn create<R: EndpointRepository, T: TokenProvisioner, A: Announce>(
    State(endpoints): State<Endpoints<R, T, A>>,
    JsonBody(body): JsonBody<NewEndpointBody>,
) -> Result<impl IntoResponse, RestError> {
    let mut new = NewEndpoint::new(body.app_version.name);
    (new.id, new.token, new.metadata) = (body.endpoint_id, body.endpoint_token, body.metadata);
    let (Endpoint { id, .. }, provisioned) = endpoints.create(new).await.map_err(refusal)?;
    // The characters of an endpoint id stand for themselves in a URL.
    let location = format!("/epr/api/v1/endpoints/{id}");
    let answer = CreatedEndpoint { token: provisioned.token, status: provisioned.status, endpoint_id: id };
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(answer)))
}

async fn list<R: EndpointRepository, T: TokenProvisioner, A: Announce>(
    State(endpoints): State<Endpoints<R, T, A>>,
    QueryString(query): QueryString<ListQuery>,
) -> Result<Json<Page<EndpointItem>>, RestError> {
    let window = Window::new(query.offset, query.limit)?;
    let mut filter = EndpointFilter::new(window.offset, window.limit);
    filter.id = query.endpoint_id;
    filter.application = query.application_name;
    filter.app_version = query.application_version_name;
    filter.metadata = query.include.is_some();
    let (content, total) = endpoints.list(&filter).await.map_err(refusal)?;
    let content = content.into_iter().map(|endpoint| EndpointItem::new(endpoint, query.include)).collect();
    Ok(Json(Page::new(content, total)))
}

async fn find<R: EndpointRepository, T: TokenProvisioner, A: Announce>(
    State(endpoints): State<Endpoints<R, T, A>>,
    PathValue(id): PathValue<EndpointId>,
    QueryString(query): QueryString<OneQuery>,
) -> Result<Json<EndpointItem>, RestError> {
    let endpoint = endpoints.find(&id).await.map_err(refusal)?;
    Ok(Json(EndpointItem::new(endpoint, query.include)))
}

async fn remove<R: EndpointRepository, T: TokenProvisioner, A: Announce>(
    State(endpoints): State<Endpoints<R, T, A>>,
    PathValue(id): PathValue<EndpointId>,
) -> Result<StatusCode, RestError> {
    endpoints.delete(id).await.map_err(refusal)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn app_version<R: EndpointRepository, T: TokenProvisioner, A: Announce>(
    State(endpoints): State<Endpoints<R, T, A>>,
    PathValue(id): PathValue<EndpointId>,
) -> Result<Json<AppVersionItem>, RestError> {
    Ok(Json(endpoints.find(&id).await.map_err(refusal)?.app_version.into()))
}

async fn set_app_version<R: EndpointRepository, T: TokenProvisioner, A: Announce>(
    State(endpoints): State<Endpoints<R, T, A>>,
    PathValue(id): PathValue<EndpointId>,
    JsonBody(new): JsonBody<NewAppVersion>,
) -> Result<Json<AppVersionItem>, RestError> {
    let set: AppVersion = endpoints.set_app_version(id, new.name).await.map_err(refusal)?;
    Ok(Json(set.into()))
}

async fn metadata<R: EndpointRepository, T: TokenProvisioner, A: Announce>(
    State(endpoints): State<Endpoints<R, T, A>>,
    PathValue(id): PathValue<EndpointId>,
) -> Result<Json<Metadata>, RestError> {
    Ok(Json(endpoints.find(&id).await.map_err(refusal)?.metadata))
}

async fn set_metadata<R: EndpointRepository, T: TokenProvisioner, A: Announce>(
    State(endpoints): State<Endpoints<R, T, A>>,
    PathValue(id): PathValue<EndpointId>,
    JsonBody(metadata): JsonBody<Metadata>,
) -> Result<Json<Metadata>, RestError> {
    Ok(Json(endpoints.set_metadata(id, metadata).await.map_err(refusal)?))
}

fn refusal(error: Error) -> RestError {
    let status = match error.kind() {
        ErrorKind::Invalid => StatusCode::BAD_REQUEST,
        ErrorKind::NotFound | ErrorKind::UnknownAppVersion => StatusCode::NOT_FOUND,
        ErrorKind::Conflict | ErrorKind::TokenTaken | ErrorKind::OtherApplication => StatusCode::CONFLICT,
        ErrorKind::Provisioning => StatusCode::BAD_GATEWAY,
        ErrorKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorKind::Internal => return RestError::internal(&error),
    };
    if status.is_server_error() {
        tracing::warn!(cause = %rest_support::causes(&error), "no token for a new endpoint");
    }
    RestError::new(status, error.to_string())
}

#[cfg(test)]
mod tests;
