//! What services of the Kaa IoT platform tell each other about the platform.
//!
//! - [`service_config`] (17/SCMP): the configuration of services has changed.
//! - [`tle`] (21/TLE): tenants change and go.
//! - [`aip`] (23/AIP): run an automation.
//! - [`amp`] (25/AMP): raise an alert.
//! - [`armp`] (26/ARMP): assets and how they are related.
//! - [`system_config`] (27/SCMP): configurations of tenants, applications and endpoints have changed.
//!
//! No I/O happens here; `kaa-service` is the runtime.
//!
//! ```
//! use kaa_ism::{Event as _, InstanceName, OneWay as _};
//! use kaa_platform::amp::ActivateAlertCommand;
//! use kaa_platform::service_config::{BroadcastConfigurationUpdateEvent, Scope, UpdateType};
//!
//! let scope = Scope::Application { tenant_id: "acme".to_owned(), app_name: "kettle".to_owned() };
//! let event = BroadcastConfigurationUpdateEvent::of(scope.clone());
//! let subject = event.subject_with(&InstanceName::parse("tekton")?, &[UpdateType::Upsert.as_str()])?;
//! assert_eq!(subject.as_str(), "kaa.v1.events.tekton.service.configuration.upsert");
//!
//! assert_eq!(UpdateType::of(&subject)?, UpdateType::Upsert);
//! assert_eq!(event.scope()?, scope);
//!
//! let subject = ActivateAlertCommand::subject(&InstanceName::parse("re")?)?;
//! assert_eq!(subject.as_str(), "kaa.v1.service.re.amp.activate-alert");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod aip;
pub mod amp;
pub mod armp;
pub mod service_config;
pub mod system_config;
#[cfg(test)]
mod testing;
pub mod tle;

pub use kaa_ism::{
    Bus, Context, Fanout, InstanceName, Originator, RequestError, Retry, SendError, SendOptions, listen,
};
pub use kaa_protocol::Status;
