//! Live configuration of a service from Tekton, the configuration service of the Kaa IoT platform.
//!
//! [`Tekton`] fetches what Tekton holds for this service instance: the applications and their versions, and the
//! settings of tenants, as trees of the same form as in the settings file. It lays them over the file in
//! [`LiveSettings`](kaa_service::LiveSettings), so a service watches one configuration, wherever it comes from. It
//! fetches at the start, after messages of 17/SCMP, and when the connection to the bus is back, since messages are
//! missed meanwhile.
//!
//! | key | default | meaning |
//! |---|---|---|
//! | `kaa.tekton.enabled`, `KAA_TEKTON_ENABLED` | `false` | whether there is a Tekton |
//! | `kaa.tekton.url`, `KAA_TEKTON_URL` | `http://tekton` | its REST API without `/api/v1`; `https` trusts the certificates of the system |
//! | `kaa.tekton.timeout` | 5000 | milliseconds for each answer |
//! | `kaa.scmp.consumer.provider.service-instance.name` | `tekton` | the instance whose broadcasts count |
//!
//! # What is fetched
//!
//! | what has changed | what is fetched, below `/api/v1` |
//! |---|---|
//! | everything, and at the start | `/app-configs` and `/tenant-configs` of this service instance |
//! | a tenant | its `/tenant-configs`, and `/app-configs`: Tekton does not tell which applications are those of a tenant |
//! | an application | `/app-configs/applications/<app>`; an answer without versions leaves those that are known |
//! | an application version | `/app-configs/applications/<app>/app-versions/<version>` |
//!
//! What is answered 404 is not configured any more. Answers of up to 16 MiB are taken. A service need not read what is
//! configured for tenants: with a Tekton no key below `kaa.tenants` is told as unknown.
//!
//! # Failures
//!
//! One thing is fetched at a time. Messages that arrive meanwhile are united: 256 changes at most, then everything is
//! fetched. What cannot be fetched is tried again, after 0.5 s and then after up to 60 s, with jitter; the last good
//! configuration stays. One that the service cannot read is refused as a whole by the live settings, and fetched again
//! with the next change. `kaa_tekton_fetches_total{outcome}` counts what was `fetched` and what `failed`.
//!
//! ```
//! use kaa_service::{Applications, Error, LiveSettings, MemoryBus, Service, Settings};
//! use kaa_tekton::Tekton;
//!
//! #[derive(PartialEq, serde::Deserialize)]
//! struct Extraction {
//!     auto_extract: bool,
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Error> {
//! let (settings, bus) = (Settings::new("epts")?, MemoryBus::new());
//! let mut service = Service::new(settings.clone(), bus.clone());
//! let live = LiveSettings::new(settings, service.handle().metrics());
//! let applications = live.watch(Applications::<Extraction>::from_settings)?;
//! let tekton = Tekton::from_settings(&live)?;
//! if let Some(tekton) = &tekton {
//!     service = service.serve(tekton.updates());
//! }
//! let running = service.start().await?;
//! let following = tekton.map(|tekton| tekton.follow(&bus));
//! // … `applications` changes with what is configured
//! # drop((applications, following));
//! running.shutdown().await;
//! # Ok(())
//! # }
//! ```

mod backoff;
mod changes;
mod configuration;
mod follow;
mod rest;
mod tekton;
mod updates;

pub use follow::Following;
pub use tekton::Tekton;
