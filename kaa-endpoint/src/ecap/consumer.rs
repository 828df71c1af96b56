//! The side that asks about tokens.

use kaa_ism::{Bus, CallError, InstanceName, Response as _, SendOptions};
use kaa_protocol::Status;

use super::{EndpointTokenStatusTransitionRequest, EndpointTokenValidationRequest, TokenOwner};
use crate::TokenStatus;

/// Asks a token provider.
#[derive(Clone, Debug)]
pub struct EcapHandle<B> {
    bus: B,
    provider: InstanceName,
}

/// Gives every [`Bus`] an [`EcapHandle`].
pub trait Ecap: Bus {
    /// Asks the token provider instance `provider`.
    fn ecap(&self, provider: InstanceName) -> EcapHandle<Self> {
        EcapHandle { bus: self.clone(), provider }
    }
}

impl<B: Bus> Ecap for B {}

/// Why a token provider did not do what was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EcapError {
    /// It answered no: the token is not valid, or the transition is not legal.
    #[error("the token provider refused")]
    Refused(#[source] Status),
    /// It did not answer, or not with sense.
    #[error("the token provider gave no answer")]
    NoAnswer(#[source] CallError),
}

/// A refusal as it was answered; 503, 504 or 502 if there was no valid answer.
impl From<EcapError> for Status {
    fn from(error: EcapError) -> Self {
        match error {
            EcapError::Refused(status) => status,
            EcapError::NoAnswer(error) => error.into(),
        }
    }
}

impl<B: Bus> EcapHandle<B> {
    /// Whose the token is, within an application.
    ///
    /// # Errors
    ///
    /// [`EcapError::Refused`] if the token is not valid, [`EcapError::NoAnswer`] if that is unknown.
    pub async fn validate(&self, app_name: &str, token: &str, options: SendOptions) -> Result<TokenOwner, EcapError> {
        let request = EndpointTokenValidationRequest::new(app_name, token);
        let answer = self.bus.call(&self.provider, request, options).await.map_err(EcapError::NoAnswer)?;
        let status = answer.status();
        match (status.code().is_success(), answer.token_id, answer.endpoint_id) {
            (true, Some(token_id), Some(endpoint_id)) => Ok(TokenOwner { token_id, endpoint_id }),
            (true, _, _) => {
                Err(EcapError::Refused(Status::bad_gateway("a token was called valid without saying whose it is")))
            }
            (false, _, _) => Err(EcapError::Refused(status)),
        }
    }

    /// Brings a token into another status.
    ///
    /// # Errors
    ///
    /// [`EcapError::Refused`] with 404, 400 or 409, [`EcapError::NoAnswer`] if the outcome is unknown.
    pub async fn transition(
        &self,
        app_name: &str,
        token: &str,
        target: TokenStatus,
        options: SendOptions,
    ) -> Result<(), EcapError> {
        let request = EndpointTokenStatusTransitionRequest::new(app_name, token, target.as_str());
        let answer = self.bus.call(&self.provider, request, options).await.map_err(EcapError::NoAnswer)?;
        let status = answer.status();
        if status.code().is_success() { Ok(()) } else { Err(EcapError::Refused(status)) }
    }
}
