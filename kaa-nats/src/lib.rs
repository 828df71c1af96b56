//! NATS as the bus of `kaa-service`.
//!
//! ```no_run
//! use kaa_esp::{ClientData, Reply, extension};
//! use kaa_service::{Service, Settings};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), kaa_service::Error> {
//! let settings = Settings::load("hello")?;
//! let transport = kaa_nats::connect(&settings).await?;
//! let hello = extension(async |data: ClientData, _context| Ok(Reply::bytes(data.payload)));
//! Service::new(settings, transport).serve(hello).run().await
//! # }
//! ```
//!
//! TLS and every kind of credentials of NATS are settings: see [`connect()`]. The permissions that a service needs are
//! printed by [`permissions()`]; one that is missing is an error at the start that shows the line to add.
//!
//! The connection is kept up for ever: it reconnects with jittered delays of up to three seconds, and says so in the log.
//! While it is down, publishing fails at once and calls that wait are told.

mod connect;
mod credentials;
mod failure;
mod link;
mod permissions;
mod recent;
mod refusals;
mod server;
mod subjects;
mod subscription;
mod tls;
mod traces;
mod transport;
mod values;

pub use async_nats;
pub use connect::connect;
pub use permissions::{Permissions, permissions};
pub use transport::NatsTransport;
