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
//! The connection is kept up for ever: it reconnects with jittered delays of up to four seconds, and says so in the log.
//! While it is down, publishing fails at once and calls that wait are told.

mod connect;
mod recent;
mod subjects;
mod subscription;
mod transport;

pub use async_nats;
pub use connect::connect;
pub use transport::NatsTransport;
