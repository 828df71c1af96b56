//! The REST side, below `/cm/api/v1`.
//!
//! Kaa names these paths in public:
//!
//! - `GET /endpoints/{endpointId}/tokens?status=&offset=&limit=&order=`: the tokens of an endpoint, without their texts,
//!   newest first, with `ETag`;
//! - `POST /endpoints/{endpointId}/tokens` with `{applicationName, token?}`: a new token, the only answer that shows one.
//!
//! It says that statuses can be changed and tokens deleted over REST, but not where. These are ours:
//!
//! - `DELETE /endpoints/{endpointId}/tokens/{endpointTokenId}`;
//! - `PUT /endpoints/{endpointId}/tokens/{endpointTokenId}/status` with `{"status": "SUSPENDED"}`;
//! - `endpointTokenId` in the answer to `POST`, which the two need.
//!
//! The service does not know which endpoints exist: an unknown one has no tokens, and may get some.

use crate::token::MAX_TOKEN;
use crate::{Announce, Error, ErrorKind, Order, Token, TokenFilter, TokenKey, TokenRepository, TokenStatus, Tokens};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::{delete, get, put};
use axum::{Json, Router};
use kaa_protocol::{ApplicationName, EndpointId, EndpointToken};
use rest_support::{JsonBody, Page, PathValue, QueryString, RestError, Window, iso8601, json_or_not_modified};
use serde::{Deserialize, Serialize};

/// The service alone: its routes and what surrounds them.
pub fn router<R: TokenRepository, A: Announce>(tokens: Tokens<R, A>) -> Router {
    rest_support::finish(routes(tokens))
}

/// The routes, to be merged with others before [`rest_support::finish`].
pub fn routes<R: TokenRepository, A: Announce>(tokens: Tokens<R, A>) -> Router {
    Router::new()
        .route("/cm/api/v1/endpoints/{endpoint_id}/tokens", get(list::<R, A>).post(create::<R, A>))
        .route("/cm/api/v1/endpoints/{endpoint_id}/tokens/{token_id}", delete(remove::<R, A>))
        .route("/cm/api/v1/endpoints/{endpoint_id}/tokens/{token_id}/status", put(transition::<R, A>))
        .with_state(tokens)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    status: Option<TokenStatus>,
    offset: Option<u32>,
    limit: Option<u32>,
    order: Option<OrderName>,
}

#[derive(Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum OrderName {
    Asc,
    Desc,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    endpoint_token_id: String,
    application_name: ApplicationName,
    status: TokenStatus,
    created_date: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    update_date: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewToken {
    application_name: ApplicationName,
    token: Option<EndpointToken>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CreatedToken {
    token: EndpointToken,
    created_date: String,
    application_name: ApplicationName,
    status: TokenStatus,
    endpoint_token_id: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewStatus {
    status: TokenStatus,
}

async fn list<R: TokenRepository, A: Announce>(
    State(tokens): State<Tokens<R, A>>,
    PathValue(endpoint_id): PathValue<EndpointId>,
    QueryString(query): QueryString<ListQuery>,
    headers: HeaderMap,
) -> Result<Response, RestError> {
    let window = Window::new(query.offset, query.limit)?;
    let mut filter = TokenFilter::new(window.offset, window.limit);
    filter.status = query.status;
    filter.order = match query.order {
        Some(OrderName::Asc) => Order::Ascending,
        Some(OrderName::Desc) | None => Order::Descending,
    };
    let (content, total) = tokens.list(&endpoint_id, &filter).await.map_err(refusal)?;
    json_or_not_modified(&headers, &Page::new(content.into_iter().map(Item::from).collect(), total))
}

async fn create<R: TokenRepository, A: Announce>(
    State(tokens): State<Tokens<R, A>>,
    PathValue(endpoint_id): PathValue<EndpointId>,
    JsonBody(new): JsonBody<NewToken>,
) -> Result<(StatusCode, Json<CreatedToken>), RestError> {
    if new.token.as_ref().is_some_and(|token| token.as_str().len() > MAX_TOKEN) {
        return Err(RestError::bad_request(format!("token: longer than {MAX_TOKEN} bytes")));
    }
    let created = tokens.create(endpoint_id, new.application_name, new.token).await.map_err(refusal)?;
    let answer = CreatedToken {
        token: created.token,
        created_date: iso8601(created.created),
        application_name: created.application,
        status: created.status,
        endpoint_token_id: created.id,
    };
    Ok((StatusCode::CREATED, Json(answer)))
}

async fn remove<R: TokenRepository, A: Announce>(
    State(tokens): State<Tokens<R, A>>,
    PathValue((endpoint_id, id)): PathValue<(EndpointId, String)>,
) -> Result<StatusCode, RestError> {
    tokens.delete(TokenKey::Id { endpoint_id, id }).await.map_err(refusal)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn transition<R: TokenRepository, A: Announce>(
    State(tokens): State<Tokens<R, A>>,
    PathValue((endpoint_id, id)): PathValue<(EndpointId, String)>,
    JsonBody(new): JsonBody<NewStatus>,
) -> Result<Json<Item>, RestError> {
    let token = tokens.transition(TokenKey::Id { endpoint_id, id }, new.status).await.map_err(refusal)?;
    Ok(Json(token.into()))
}

impl From<Token> for Item {
    fn from(token: Token) -> Self {
        Self {
            endpoint_token_id: token.id,
            application_name: token.application,
            status: token.status,
            created_date: iso8601(token.created),
            update_date: token.updated.map(iso8601),
        }
    }
}

fn refusal(error: Error) -> RestError {
    match error.kind() {
        ErrorKind::Refused => RestError::new(StatusCode::UNAUTHORIZED, error.to_string()),
        ErrorKind::NotFound => RestError::not_found(error.to_string()),
        ErrorKind::Taken | ErrorKind::IllegalTransition => RestError::conflict(error.to_string()),
        ErrorKind::Internal => RestError::internal(&error),
    }
}

#[cfg(test)]
mod tests;
