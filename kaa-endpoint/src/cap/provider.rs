//! The role that knows the credentials of clients.

use std::{future::Future, sync::Arc};

use kaa_ism::{Context, Handlers, Role};
use kaa_protocol::{Status, StatusCode};

use super::{
    ClientBasicAuthenticationRequest, ClientBasicAuthenticationResponse, ClientCertificateAuthenticationRequest,
    ClientCertificateAuthenticationResponse,
};
use crate::serve::serve;

/// Whose valid credentials are.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CredentialsOwner {
    /// Id of the credentials, by which [`ClientCredentialsRevokedEvent`](super::ClientCredentialsRevokedEvent) names
    /// them.
    pub credentials_id: String,
    /// Client that they identify. `None` if the provider knows no client of them (CAP-009).
    pub client_id: Option<String>,
}

impl CredentialsOwner {
    /// Valid credentials of which no client is known.
    #[must_use]
    pub fn new(credentials_id: impl Into<String>) -> Self {
        Self { credentials_id: credentials_id.into(), client_id: None }
    }

    /// With their client.
    #[must_use]
    pub fn with_client_id(mut self, client_id: impl Into<String>) -> Self {
        self.client_id = Some(client_id.into());
        self
    }
}

/// Whose a valid certificate is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CertificateOwner {
    /// Tenant that owns the certificate (CAP-018).
    pub tenant_id: String,
    /// Its credentials and the client.
    pub credentials: CredentialsOwner,
}

impl CertificateOwner {
    /// A tenant and the credentials of a client of it.
    #[must_use]
    pub fn new(tenant_id: impl Into<String>, credentials: CredentialsOwner) -> Self {
        Self { tenant_id: tenant_id.into(), credentials }
    }
}

/// Knows which credentials of clients are valid. Requests are handled concurrently and in no order; each gets exactly
/// one answer.
///
/// When credentials become unusable the provider publishes a
/// [`ClientCredentialsRevokedEvent`](super::ClientCredentialsRevokedEvent) (CAP-019), see
/// [`Cap::announce_revoked`](super::Cap::announce_revoked).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no credentials provider",
    label = "does not implement `CredentialsProvider`",
    note = "a provider has two methods, `authenticate_basic` and `authenticate_certificate`: a closure cannot be one"
)]
pub trait CredentialsProvider: Send + Sync + 'static {
    /// Whose user name and password are, within a tenant. What is unknown or not valid is a [`Status`] 401.
    fn authenticate_basic(
        &self,
        request: ClientBasicAuthenticationRequest,
        context: Context,
    ) -> impl Future<Output = Result<CredentialsOwner, Status>> + Send;

    /// Whose the certificate of this issuer and serial number is; who asks has checked the rest (CAP-017, CAP-018).
    /// What is unknown or not valid is a [`Status`] 401.
    fn authenticate_certificate(
        &self,
        request: ClientCertificateAuthenticationRequest,
        context: Context,
    ) -> impl Future<Output = Result<CertificateOwner, Status>> + Send;
}

/// The role of `provider`, to be served by a runtime.
pub fn provider(provider: impl CredentialsProvider) -> impl Role {
    Provider(Arc::new(provider))
}

struct Provider<P>(Arc<P>);

impl<P: CredentialsProvider> Role for Provider<P> {
    fn install(self, handlers: &mut impl Handlers) {
        serve(
            handlers,
            &self.0,
            |_| None,
            |provider, request: ClientBasicAuthenticationRequest, context| async move {
                let owner = provider.authenticate_basic(request, context).await?;
                let mut response = ClientBasicAuthenticationResponse::new(StatusCode::OK.as_i32());
                (response.credentials_id, response.client_id) = (Some(owner.credentials_id), owner.client_id);
                Ok(response)
            },
        );
        serve(
            handlers,
            &self.0,
            |_| None,
            |provider, request: ClientCertificateAuthenticationRequest, context| async move {
                let CertificateOwner { tenant_id, credentials } =
                    provider.authenticate_certificate(request, context).await?;
                let mut response = ClientCertificateAuthenticationResponse::new(StatusCode::OK.as_i32())
                    .with_tenant_id(tenant_id)
                    .with_credentials_id(credentials.credentials_id);
                response.client_id = credentials.client_id;
                Ok(response)
            },
        );
    }
}
