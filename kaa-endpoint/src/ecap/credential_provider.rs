//! The role that knows the credentials of clients.

use std::{future::Future, sync::Arc};

use kaa_ism::{Context, Handlers, Role};
use kaa_protocol::{Status, StatusCode};

use super::{
    ClientCertificateValidationRequest, ClientCertificateValidationResponse, ClientUsernamePasswordValidationRequest,
    ClientUsernamePasswordValidationResponse,
};
use crate::serve::serve;

/// Whose a valid client credential is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CredentialOwner {
    /// Id of the credential, by which [`ClientCredentialRevokedEvent`](super::ClientCredentialRevokedEvent) names it.
    pub credential_id: String,
    /// Client that it identifies. `None` if the provider knows no client of it (ECAP-030).
    pub client_id: Option<String>,
}

impl CredentialOwner {
    /// A valid credential of which no client is known.
    #[must_use]
    pub fn new(credential_id: impl Into<String>) -> Self {
        Self { credential_id: credential_id.into(), client_id: None }
    }

    /// With its client.
    #[must_use]
    pub fn with_client_id(mut self, client_id: impl Into<String>) -> Self {
        self.client_id = Some(client_id.into());
        self
    }
}

/// Knows which credentials of clients are valid. Requests are handled concurrently and in no order; each gets exactly
/// one answer.
///
/// When a credential becomes unusable the provider publishes a
/// [`ClientCredentialRevokedEvent`](super::ClientCredentialRevokedEvent) (ECAP-042).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no credential provider",
    label = "does not implement `CredentialProvider`",
    note = "a provider has two methods, `validate_username_password` and `validate_certificate`: a closure cannot be one"
)]
pub trait CredentialProvider: Send + Sync + 'static {
    /// Whose user name and password are. Both may be absent, which is not the same as empty (ECAP-029). What is unknown
    /// or not valid is a [`Status`] 401.
    fn validate_username_password(
        &self,
        request: ClientUsernamePasswordValidationRequest,
        context: Context,
    ) -> impl Future<Output = Result<CredentialOwner, Status>> + Send;

    /// Whose the certificate of this issuer and serial number is; who asks has checked the rest (ECAP-038, ECAP-039).
    /// What is unknown or not valid is a [`Status`] 401.
    fn validate_certificate(
        &self,
        request: ClientCertificateValidationRequest,
        context: Context,
    ) -> impl Future<Output = Result<CredentialOwner, Status>> + Send;
}

/// The role of `provider`, to be served by a runtime.
pub fn credential_provider(provider: impl CredentialProvider) -> impl Role {
    Provider(Arc::new(provider))
}

struct Provider<P>(Arc<P>);

impl<P: CredentialProvider> Role for Provider<P> {
    fn install(self, handlers: &mut impl Handlers) {
        serve(
            handlers,
            &self.0,
            |_| None,
            |provider, request: ClientUsernamePasswordValidationRequest, context| async move {
                let owner = provider.validate_username_password(request, context).await?;
                let mut response = ClientUsernamePasswordValidationResponse::new(StatusCode::OK.as_i32());
                (response.credential_id, response.client_id) = (Some(owner.credential_id), owner.client_id);
                Ok(response)
            },
        );
        serve(
            handlers,
            &self.0,
            |_| None,
            |provider, request: ClientCertificateValidationRequest, context| async move {
                let owner = provider.validate_certificate(request, context).await?;
                let mut response = ClientCertificateValidationResponse::new(StatusCode::OK.as_i32());
                (response.credential_id, response.client_id) = (Some(owner.credential_id), owner.client_id);
                Ok(response)
            },
        );
    }
}
