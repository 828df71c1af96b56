//! The role that knows the tokens.

use std::{future::Future, sync::Arc};

use kaa_ism::{Context, Handlers, Role};
use kaa_protocol::{Status, StatusCode};

use super::{
    EndpointTokenStatusTransitionRequest, EndpointTokenStatusTransitionResponse, EndpointTokenValidationRequest,
    EndpointTokenValidationResponse,
};
use crate::serve::serve;

/// Whose a valid token is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenOwner {
    /// Id of the token; not the token.
    pub token_id: String,
    /// Endpoint that it identifies.
    pub endpoint_id: String,
}

impl TokenOwner {
    /// A token id and an endpoint id.
    #[must_use]
    pub fn new(token_id: impl Into<String>, endpoint_id: impl Into<String>) -> Self {
        Self { token_id: token_id.into(), endpoint_id: endpoint_id.into() }
    }
}

/// Knows which endpoint tokens are valid. Each request gets exactly one answer. Requests are handled concurrently;
/// transitions of one token one after the other, in order of arrival.
///
/// When tokens become unusable the provider publishes an
/// [`EndpointTokenRevokedEvent`](super::EndpointTokenRevokedEvent) (ECAP-017).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no token provider",
    label = "does not implement `TokenProvider`",
    note = "a provider has two methods, `validate` and `transition`: a closure cannot be one"
)]
pub trait TokenProvider: Send + Sync + 'static {
    /// Whose the token is. What is unknown, suspended or revoked is a [`Status`] 401.
    fn validate(
        &self,
        request: EndpointTokenValidationRequest,
        context: Context,
    ) -> impl Future<Output = Result<TokenOwner, Status>> + Send;

    /// Brings a token into another status: 404 unknown token, 400 unknown status, 409 illegal transition (D-30).
    fn transition(
        &self,
        request: EndpointTokenStatusTransitionRequest,
        context: Context,
    ) -> impl Future<Output = Result<(), Status>> + Send;
}

/// The role of `provider`, to be served by a runtime.
pub fn provider(provider: impl TokenProvider) -> impl Role {
    Provider(Arc::new(provider))
}

struct Provider<P>(Arc<P>);

impl<P: TokenProvider> Role for Provider<P> {
    fn install(self, handlers: &mut impl Handlers) {
        serve(
            handlers,
            &self.0,
            |_| None,
            |provider, request: EndpointTokenValidationRequest, context| async move {
                let owner = provider.validate(request, context).await?;
                Ok(EndpointTokenValidationResponse::new(StatusCode::OK.as_i32())
                    .with_token_id(owner.token_id)
                    .with_endpoint_id(owner.endpoint_id))
            },
        );
        serve(
            handlers,
            &self.0,
            |request: &EndpointTokenStatusTransitionRequest| Some(&request.token),
            |provider, request, context| async move {
                provider.transition(request, context).await?;
                Ok(EndpointTokenStatusTransitionResponse::new(StatusCode::OK.as_i32()))
            },
        );
    }
}
