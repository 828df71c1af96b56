//! Credential Management: which token belongs to which endpoint, and whether it may be used.
//!
//! [`TokenStatus`] holds the rules, [`TokenRepository`] the storage ([`SqliteTokens`]), [`Tokens`] the use cases and
//! [`rest`] their REST side. What leaves the service over the bus goes through [`Announce`].

mod announce;
mod bus;
mod cm;
mod error;
mod repository;
pub mod rest;
mod service;
mod settings;
mod sqlite;
mod token;

pub use announce::Announce;
pub use cm::{Cm, RunningCm};
pub use error::{Error, ErrorKind};
pub use kaa_endpoint::{IllegalTransition, InvalidTokenStatus, Step, TokenStatus};
pub use repository::{
    Order, RepositoryError, RepositoryErrorKind, TokenFilter, TokenKey, TokenRepository, Transitioned,
};
pub use rest_support::BusAnnounce;
pub use service::{Tokens, ValidToken};
pub use settings::{InvalidTokenLength, TokenLength};
pub use sqlite::SqliteTokens;
pub use token::Token;
