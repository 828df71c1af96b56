//! 6/CDTP of the Kaa IoT platform: between configuration providers, which know what endpoints are to be configured
//! with, and configuration consumers, which bring it to them.
//!
//! - [`ConfigProvider`] with [`provider`], [`ConfigConsumer`] with [`consumer`]: the two roles.
//! - [`Cdtp::cdtp`] and [`CdtpHandle`]: a consumer sends. [`Cdtp::announce_config`]: a provider does.
//! - [`ConfigRequest`] and [`ConfigResponse`]: a consumer pulls.
//! - [`ConfigUpdated`]: a provider says that there is something to pull. [`ConfigApplied`]: a consumer says what an
//!   endpoint made of it.
//! - [`Config`]: one configuration. [`ConfigRequest::answer`] and [`ConfigResponse::into_fetched`]: when it is sent,
//!   and when it is "not modified".
//!
//! No I/O happens here; `kaa-service` is the runtime.
//!
//! ```
//! use kaa_cdtp::{Config, ConfigRequest, Fetched};
//!
//! let current = Config::new("v2", r#"{"mode":"AP"}"#);
//!
//! let stale = ConfigRequest::new("kettle-v2", "ep-1").with_config_id("v1");
//! let response = stale.answer(current.clone());
//! assert_eq!(response.status_code, 200);
//! assert_eq!(response.into_fetched(Some("v1"))?, Fetched::Config(current.clone()));
//!
//! let fresh = ConfigRequest::new("kettle-v2", "ep-1").with_config_id("v2");
//! let response = fresh.answer(current);
//! assert_eq!(response.status_code, 304);
//! assert_eq!(response.into_fetched(Some("v2"))?, Fetched::NotModified);
//! # Ok::<(), Box<dyn std::error::Error>>(())
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
    Bus, Context, Fanout, InstanceName, Originator, RequestError, Retry, SendError, SendOptions, listen,
};
pub use kaa_protocol::Status;
pub use provider::{ConfigProvider, provider};
