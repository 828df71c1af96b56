//! The side that asks about credentials, and the announcement that some are no longer valid.

use std::future::Future;

use kaa_ism::{Bus, InstanceName, RequestError, SendError, SendOptions};
use kaa_protocol::Status;

use super::{
    CertificateOwner, ClientBasicAuthenticationRequest, ClientCertificateAuthenticationRequest,
    ClientCredentialsRevokedEvent, CredentialsKind, CredentialsOwner,
};

/// Asks a provider of credentials.
#[derive(Clone, Debug)]
pub struct CapHandle<B> {
    bus: B,
    provider: InstanceName,
}

/// Gives every [`Bus`] what 22/CAP sends.
pub trait Cap: Bus {
    /// Asks the provider instance `provider`.
    fn cap(&self, provider: InstanceName) -> CapHandle<Self> {
        CapHandle { bus: self.clone(), provider }
    }

    /// Publishes that credentials of a kind have become unusable, as the provider that knew them (CAP-019, CAP-021).
    ///
    /// # Errors
    ///
    /// Those of [`Bus::publish`].
    fn announce_revoked(
        &self,
        kind: CredentialsKind,
        event: ClientCredentialsRevokedEvent,
    ) -> impl Future<Output = Result<(), SendError>> + Send {
        async move { self.broadcast_with(event, &[kind.as_str()]).await }
    }
}

impl<B: Bus> Cap for B {}

impl<B: Bus> CapHandle<B> {
    /// Whose user name and password of a client are, within a tenant. `None` is what the client did not give: 22/CAP
    /// cannot say it, so that the client is refused without asking (CAP-008, D-32).
    ///
    /// # Errors
    ///
    /// [`RequestError::Refused`] if they are not valid or not both there, [`RequestError::NoAnswer`] if that is
    /// unknown.
    pub async fn authenticate_basic(
        &self,
        tenant_id: &str,
        username: Option<&str>,
        password: Option<&str>,
        options: SendOptions,
    ) -> Result<CredentialsOwner, RequestError> {
        let (Some(username), Some(password)) = (username, password) else {
            return Err(RequestError::Refused(Status::unauthorized("user name and password are required")));
        };
        let request = ClientBasicAuthenticationRequest::new(tenant_id, username, password);
        let answer = self.bus.request(&self.provider, request, options).await?;
        match answer.credentials_id {
            Some(credentials_id) => Ok(CredentialsOwner { credentials_id, client_id: answer.client_id }),
            None => Err(nobody("credentials were called valid without saying which they are")),
        }
    }

    /// Whose a client certificate is. `serial_number` is decimal, as
    /// [`decimal_serial_number`](crate::decimal_serial_number) writes it (CAP-018). Ask after signature, authority,
    /// expiry and the rest have been checked (CAP-017): the provider does not.
    ///
    /// # Errors
    ///
    /// [`RequestError::Refused`] if it is not valid, [`RequestError::NoAnswer`] if that is unknown.
    pub async fn authenticate_certificate(
        &self,
        issuer: &str,
        serial_number: &str,
        options: SendOptions,
    ) -> Result<CertificateOwner, RequestError> {
        let request = ClientCertificateAuthenticationRequest::new(issuer, serial_number);
        let answer = self.bus.request(&self.provider, request, options).await?;
        match (answer.tenant_id, answer.credentials_id) {
            (Some(tenant_id), Some(credentials_id)) => {
                let credentials = CredentialsOwner { credentials_id, client_id: answer.client_id };
                Ok(CertificateOwner { tenant_id, credentials })
            }
            _ => Err(nobody("a certificate was called valid without saying whose it is")),
        }
    }
}

fn nobody(reason: &'static str) -> RequestError {
    RequestError::Refused(Status::bad_gateway(reason))
}
