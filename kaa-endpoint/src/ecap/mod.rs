//! 16/ECAP: who is it? Endpoint tokens, and credentials of clients.
//!
//! - Tokens: [`TokenProvider`] with [`provider`] is the side that knows them.
//! - User names, passwords and certificates: [`CredentialProvider`] with [`credential_provider`]. [`cap`](crate::cap)
//!   (22/CAP) has other messages for the same purpose, which know tenants.
//! - [`Ecap::ecap`] is the side that asks.
//! - [`EndpointTokenRevokedEvent`] and [`ClientCredentialRevokedEvent`]: the provider publishes them with
//!   [`Bus::broadcast`](kaa_ism::Bus::broadcast); every replica that holds sessions listens and ends them (ECAP-018,
//!   ECAP-043).
//!
//! ```
//! use kaa_endpoint::{
//!     Bus, Context, Fanout, InstanceName, Originator, RequestError, SendOptions, Status,
//!     ecap::{
//!         Ecap as _, EndpointTokenRevokedEvent, EndpointTokenStatusTransitionRequest, EndpointTokenValidationRequest,
//!         TokenOwner, TokenProvider, provider,
//!     },
//!     listen,
//! };
//!
//! struct OneToken;
//!
//! impl TokenProvider for OneToken {
//!     async fn validate(&self, request: EndpointTokenValidationRequest, _: Context) -> Result<TokenOwner, Status> {
//!         match request.token.as_str() {
//!             "s3cret" => Ok(TokenOwner::new("token-1", "ep-1")),
//!             _ => Err(Status::unauthorized("unknown token")),
//!         }
//!     }
//!
//!     async fn transition(&self, _: EndpointTokenStatusTransitionRequest, _: Context) -> Result<(), Status> {
//!         Err(Status::conflict("this token is for ever"))
//!     }
//! }
//! let role = provider(OneToken);
//!
//! // The other side: ask, and hear what is no longer true.
//! async fn whose(bus: impl Bus, cm: InstanceName, token: &str) -> Result<String, RequestError> {
//!     let provider = bus.ecap(cm);
//!     Ok(provider.validate("kettle", token, SendOptions::default()).await?.endpoint_id)
//! }
//! let role = listen(Originator::Any, Fanout::EveryReplica, async |event: EndpointTokenRevokedEvent, _context| {
//!     println!("the sessions of {:?} end", event.token_ids);
//!     Ok(())
//! });
//! ```

mod client_certificate_validation_request;
mod client_certificate_validation_response;
mod client_credential_revoked;
mod client_username_password_validation_request;
mod client_username_password_validation_response;
mod consumer;
mod credential_provider;
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
pub use consumer::{Ecap, EcapHandle};
pub use credential_provider::{CredentialOwner, CredentialProvider, credential_provider};
pub use provider::{TokenOwner, TokenProvider, provider};
pub use token_revoked::EndpointTokenRevokedEvent;
pub use token_status_transition_request::EndpointTokenStatusTransitionRequest;
pub use token_status_transition_response::EndpointTokenStatusTransitionResponse;
pub use token_validation_request::EndpointTokenValidationRequest;
pub use token_validation_response::EndpointTokenValidationResponse;
