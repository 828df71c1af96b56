//! 22/CAP: whose are these client credentials? Within tenants, which [`ecap`](crate::ecap) (16/ECAP) does not know.

mod client_basic_authentication_request;
mod client_basic_authentication_response;
mod client_certificate_authentication_request;
mod client_certificate_authentication_response;
mod client_credentials_revoked;
mod credentials_kind;
#[cfg(test)]
mod tests;

pub use client_basic_authentication_request::ClientBasicAuthenticationRequest;
pub use client_basic_authentication_response::ClientBasicAuthenticationResponse;
pub use client_certificate_authentication_request::ClientCertificateAuthenticationRequest;
pub use client_certificate_authentication_response::ClientCertificateAuthenticationResponse;
pub use client_credentials_revoked::ClientCredentialsRevokedEvent;
pub use credentials_kind::CredentialsKind;
