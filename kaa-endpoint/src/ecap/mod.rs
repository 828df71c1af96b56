//! 16/ECAP: endpoint tokens. [`TokenProvider`] with [`provider`] is the side that knows them, [`Ecap::ecap`] the side that asks;
//! listen for [`EndpointTokenRevokedEvent`] with [`kaa_ism::listen`].

mod consumer;
mod provider;
mod token_revoked;
mod token_status_transition_request;
mod token_status_transition_response;
mod token_validation_request;
mod token_validation_response;

pub use consumer::{Ecap, EcapError, EcapHandle};
pub use provider::{TokenOwner, TokenProvider, provider};
pub use token_revoked::EndpointTokenRevokedEvent;
pub use token_status_transition_request::EndpointTokenStatusTransitionRequest;
pub use token_status_transition_response::EndpointTokenStatusTransitionResponse;
pub use token_validation_request::EndpointTokenValidationRequest;
pub use token_validation_response::EndpointTokenValidationResponse;
