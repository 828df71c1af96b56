//! Endpoint Register: which endpoints there are, in which application version each of them runs, and its metadata.
//!
//! [`Endpoint`] is the noun, [`EndpointRepository`] the storage ([`SqliteEndpoints`]), [`Endpoints`] the use cases and
//! [`rest`] their REST side. The first token of an endpoint comes from a [`TokenProvisioner`]; what leaves the service
//! over the bus goes through [`Announce`].

mod announce;
mod applications;
mod bus;
mod endpoint;
mod epr;
mod error;
mod new_endpoint;
mod provision;
mod repository;
pub mod rest;
mod service;
mod sqlite;

pub use announce::Announce;
pub use applications::{Applications, InvalidApplications};
pub use endpoint::{AppVersion, Endpoint, Metadata};
pub use epr::{Epr, RunningEpr};
pub use error::{Error, ErrorKind};
pub use new_endpoint::NewEndpoint;
pub use provision::{
    InvalidProvisionerUrl, ProvisionError, ProvisionErrorKind, ProvisionedToken, RestProvisioner, TokenProvisioner,
};
pub use repository::{EndpointFilter, EndpointRepository, RepositoryError, RepositoryErrorKind};
pub use rest_support::BusAnnounce;
pub use service::Endpoints;
pub use sqlite::SqliteEndpoints;
