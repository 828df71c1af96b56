//! 22/CAP: whose are these client credentials? Within tenants, which [`ecap`](crate::ecap) (16/ECAP) does not know.
//!
//! - [`CredentialsProvider`] with [`provider`] is the side that knows them, [`Cap::cap`] the side that asks.
//! - [`ClientCredentialsRevokedEvent`]: the provider publishes it with [`Cap::announce_revoked`]; every replica that
//!   holds sessions listens and ends them (CAP-020).
//!
//! ```
//! use kaa_endpoint::{
//!     Bus, Context, Fanout, InstanceName, Originator, RequestError, SendOptions, Status,
//!     cap::{
//!         Cap as _, CertificateOwner, ClientBasicAuthenticationRequest, ClientCertificateAuthenticationRequest,
//!         ClientCredentialsRevokedEvent, CredentialsKind, CredentialsOwner, CredentialsProvider, provider,
//!     },
//!     listen,
//! };
//!
//! struct Alice;
//!
//! impl CredentialsProvider for Alice {
//!     async fn authenticate_basic(
//!         &self,
//!         request: ClientBasicAuthenticationRequest,
//!         _context: Context,
//!     ) -> Result<CredentialsOwner, Status> {
//!         match (request.username.as_str(), request.password.as_str()) {
//!             ("alice", "s3cret") => Ok(CredentialsOwner::new("credentials-1").with_client_id("client-1")),
//!             _ => Err(Status::unauthorized("unknown credentials")),
//!         }
//!     }
//!
//!     async fn authenticate_certificate(
//!         &self,
//!         _request: ClientCertificateAuthenticationRequest,
//!         _context: Context,
//!     ) -> Result<CertificateOwner, Status> {
//!         Err(Status::unauthorized("unknown certificate"))
//!     }
//! }
//! let role = provider(Alice);
//!
//! // The other side: ask, and hear what is no longer true.
//! async fn is_alice(bus: impl Bus, ccm: InstanceName, password: Option<&str>) -> Result<bool, RequestError> {
//!     let options = SendOptions::default();
//!     let owner = bus.cap(ccm).authenticate_basic("tenant-1", Some("alice"), password, options).await?;
//!     Ok(owner.client_id.as_deref() == Some("client-1"))
//! }
//! let role = listen(
//!     Originator::Any,
//!     Fanout::EveryReplica,
//!     async |event: ClientCredentialsRevokedEvent, context: Context| {
//!         println!("{:?} {} end", CredentialsKind::of(&context.subject), event.credentials_id);
//!         Ok(())
//!     },
//! );
//! ```

mod client_basic_authentication_request;
mod client_basic_authentication_response;
mod client_certificate_authentication_request;
mod client_certificate_authentication_response;
mod client_credentials_revoked;
mod consumer;
mod credentials_kind;
mod provider;
#[cfg(test)]
mod tests;

pub use client_basic_authentication_request::ClientBasicAuthenticationRequest;
pub use client_basic_authentication_response::ClientBasicAuthenticationResponse;
pub use client_certificate_authentication_request::ClientCertificateAuthenticationRequest;
pub use client_certificate_authentication_response::ClientCertificateAuthenticationResponse;
pub use client_credentials_revoked::ClientCredentialsRevokedEvent;
pub use consumer::{Cap, CapHandle};
pub use credentials_kind::CredentialsKind;
pub use provider::{CertificateOwner, CredentialsOwner, CredentialsProvider, provider};
