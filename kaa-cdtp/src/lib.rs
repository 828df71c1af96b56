//! 6/CDTP of the Kaa IoT platform: between configuration providers, which know what endpoints are to be configured
//! with, and configuration consumers, which bring it to them.
//!
//! | role | made by | the other side | RFC |
//! |---|---|---|---|
//! | [`ConfigProvider`]: knows the configurations | [`provider`] | [`CdtpHandle::pull`] | 6/CDTP |
//! | [`ConfigConsumer`]: brings them to endpoints | [`consumer`] | [`Cdtp::announce_config`] | 6/CDTP |
//! | a listener to [`ConfigApplied`]: keeps track of what endpoints have | [`listen`] | [`CdtpHandle::applied`] | 6/CDTP |
//!
//! - [`Cdtp::cdtp`]: every [`Bus`] has a [`CdtpHandle`] for each provider.
//! - [`ConfigRequest`] and [`ConfigResponse`]: a consumer pulls. [`ConfigUpdated`]: a provider says that there is
//!   something to pull. [`ConfigApplied`]: a consumer says what an endpoint made of it.
//! - [`Config`]: one configuration. [`ConfigRequest::answer`] and [`ConfigResponse::into_fetched`]: when it is sent,
//!   and when it is "not modified".
//!
//! What a role and its other side need of `kaa-ism` is here too, the same in each crate of roles: [`Bus`], [`Context`],
//! [`Status`], [`Role`]; [`listen`], [`observe`], [`Event`], [`EventFilter`], [`Originator`], [`Fanout`]; [`InstanceName`],
//! [`SendOptions`], [`Retry`]; [`SendError`], [`CallError`], [`RequestError`], [`InvalidSubject`].
//!
//! No I/O happens here; `kaa-service` is the runtime. A provider, and somebody who pulls from it:
//!
//! ```
//! use kaa_cdtp::{Cdtp as _, Config, ConfigRequest, Context, Fetched, InstanceName, SendOptions, provider};
//! use kaa_service::{MemoryBus, Service, Settings};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let current = Config::new("v2", r#"{"mode":"AP"}"#);
//! let (bus, known) = (MemoryBus::new(), current.clone());
//! let kettles = provider(move |request: ConfigRequest, _context: Context| {
//!     let config = (request.name() == Config::DEFAULT_NAME).then(|| known.clone());
//!     async { Ok(config) }
//! });
//! let ecr = Service::new(Settings::new("ecr")?, bus.clone()).serve(kettles).start().await?;
//! let cmx = Service::new(Settings::new("cmx")?, bus).start().await?;
//!
//! let cdtp = cmx.handle().cdtp(InstanceName::parse("ecr")?);
//! let stale = ConfigRequest::new("kettle-v2", "ep-1").with_config_id("v1");
//! assert_eq!(cdtp.pull(stale, SendOptions::default()).await?, Fetched::Config(current));
//! let fresh = ConfigRequest::new("kettle-v2", "ep-1").with_config_id("v2");
//! assert_eq!(cdtp.pull(fresh, SendOptions::default()).await?, Fetched::NotModified);
//! ecr.shutdown().await;
//! # Ok(())
//! # }
//! ```

mod config;
mod config_applied;
mod config_request;
mod config_response;
mod config_updated;
mod consumer;
mod fetched;
mod handle;
mod provider;

pub use config::Config;
pub use config_applied::ConfigApplied;
pub use config_request::ConfigRequest;
pub use config_response::ConfigResponse;
pub use config_updated::ConfigUpdated;
pub use consumer::{ConfigConsumer, consumer};
pub use fetched::Fetched;
pub use handle::{Cdtp, CdtpHandle};
pub use kaa_ism::{
    Bus, CallError, Context, Event, EventFilter, Fanout, InstanceName, InvalidSubject, Originator, RequestError, Retry,
    Role, SendError, SendOptions, listen, observe,
};
pub use kaa_protocol::Status;
pub use provider::{ConfigProvider, provider};
