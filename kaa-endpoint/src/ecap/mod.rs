//! 16/ECAP: who is it? Endpoint tokens, and credentials of clients.
//!
//! - Tokens: [`TokenProvider`] with [`provider`] is the side that knows them, [`Ecap::ecap`] the side that asks; listen
//!   for [`EndpointTokenRevokedEvent`] with [`kaa_ism::listen`].
//! - Credentials: the messages for user names, passwords and certificates. [`cap`](crate::cap) (22/CAP) has others for
//!   the same purpose, which know tenants.

mod client_certificate_validation_request;
mod client_certificate_validation_response;
mod client_credential_revoked;
mod client_username_password_validation_request;
mod client_username_password_validation_response;
mod consumer;
mod provider;
#[cfg(test)]
mod tests;
mod token_revoked;
mod token_status_transition_request;
mod token_status_transition_response;
mod token_validation_request;
mod token_validation_response;

pub use client_certificate_validation_request::ClientCertificateValidationRequest;
pub use client_certificate_validation_response::ClientCertificateValidationResponse;
pub use client_credential_revoked::ClientCredentialRevokedEvent;
pub use client_username_password_validation_request::ClientUsernamePasswordValidationRequest;
pub use client_username_password_validation_response::ClientUsernamePasswordValidationResponse;
pub use consumer::{Ecap, EcapError, EcapHandle};
pub use provider::{TokenOwner, TokenProvider, provider};
pub use token_revoked::EndpointTokenRevokedEvent;
pub use token_status_transition_request::EndpointTokenStatusTransitionRequest;
pub use token_status_transition_response::EndpointTokenStatusTransitionResponse;
pub use token_validation_request::EndpointTokenValidationRequest;
pub use token_validation_response::EndpointTokenValidationResponse;
