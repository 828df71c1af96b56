//! The side that asks about tokens and credentials.

use kaa_ism::{Bus, InstanceName, RequestError, SendOptions};
use kaa_protocol::Status;

use super::{
    ClientCertificateValidationRequest, ClientUsernamePasswordValidationRequest, CredentialOwner,
    EndpointTokenStatusTransitionRequest, EndpointTokenValidationRequest, TokenOwner,
};
use crate::TokenStatus;

/// Asks a provider of tokens or of credentials.
#[derive(Clone, Debug)]
pub struct EcapHandle<B> {
    bus: B,
    provider: InstanceName,
}

/// Gives every [`Bus`] an [`EcapHandle`].
pub trait Ecap: Bus {
    /// Asks the provider instance `provider`.
    fn ecap(&self, provider: InstanceName) -> EcapHandle<Self> {
        EcapHandle { bus: self.clone(), provider }
    }
}

impl<B: Bus> Ecap for B {}

impl<B: Bus> EcapHandle<B> {
    /// Whose the token is, within an application.
    ///
    /// # Errors
    ///
    /// [`RequestError::Refused`] if the token is not valid, [`RequestError::NoAnswer`] if that is unknown.
    pub async fn validate(
        &self,
        app_name: &str,
        token: &str,
        options: SendOptions,
    ) -> Result<TokenOwner, RequestError> {
        let request = EndpointTokenValidationRequest::new(app_name, token);
        let answer = self.bus.request(&self.provider, request, options).await?;
        match (answer.token_id, answer.endpoint_id) {
            (Some(token_id), Some(endpoint_id)) => Ok(TokenOwner { token_id, endpoint_id }),
            _ => Err(nobody("a token was called valid without saying whose it is")),
        }
    }

    /// Brings a token into another status.
    ///
    /// # Errors
    ///
    /// [`RequestError::Refused`] with 404, 400 or 409, [`RequestError::NoAnswer`] if the outcome is unknown.
    pub async fn transition(
        &self,
        app_name: &str,
        token: &str,
        target: TokenStatus,
        options: SendOptions,
    ) -> Result<(), RequestError> {
        let request = EndpointTokenStatusTransitionRequest::new(app_name, token, target.as_str());
        self.bus.request(&self.provider, request, options).await?;
        Ok(())
    }

    /// Whose user name and password of a client are. `None` is what the client did not give, which is not the same as
    /// empty (ECAP-029).
    ///
    /// # Errors
    ///
    /// [`RequestError::Refused`] if they are not valid, [`RequestError::NoAnswer`] if that is unknown.
    pub async fn validate_username_password(
        &self,
        username: Option<&str>,
        password: Option<&str>,
        options: SendOptions,
    ) -> Result<CredentialOwner, RequestError> {
        let mut request = ClientUsernamePasswordValidationRequest::new();
        request.username = username.map(str::to_owned);
        request.password = password.map(str::to_owned);
        let answer = self.bus.request(&self.provider, request, options).await?;
        owner(answer.credential_id, answer.client_id)
    }

    /// Whose a client certificate is. `serial_number` is decimal, as
    /// [`decimal_serial_number`](crate::decimal_serial_number) writes it (ECAP-040). Ask after signature, authority,
    /// expiry and the rest have been checked (ECAP-038): the provider does not.
    ///
    /// # Errors
    ///
    /// [`RequestError::Refused`] if it is not valid, [`RequestError::NoAnswer`] if that is unknown.
    pub async fn validate_certificate(
        &self,
        issuer: &str,
        serial_number: &str,
        options: SendOptions,
    ) -> Result<CredentialOwner, RequestError> {
        let request = ClientCertificateValidationRequest::new(issuer, serial_number);
        let answer = self.bus.request(&self.provider, request, options).await?;
        owner(answer.credential_id, answer.client_id)
    }
}

fn owner(credential_id: Option<String>, client_id: Option<String>) -> Result<CredentialOwner, RequestError> {
    match credential_id {
        Some(credential_id) => Ok(CredentialOwner { credential_id, client_id }),
        None => Err(nobody("a credential was called valid without saying which it is")),
    }
}

fn nobody(reason: &'static str) -> RequestError {
    RequestError::Refused(Status::bad_gateway(reason))
}
