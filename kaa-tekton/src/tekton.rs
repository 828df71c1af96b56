//! The Tekton of a service instance.

use std::{fmt, sync::Arc, time::Duration};

use kaa_ism::{InstanceName, Role};
use kaa_service::{Error, LiveSettings, Transport};
use serde::Deserialize;
use serde_json::Value;

use crate::{changes::Changes, follow::Following, rest::Rest, updates::Updates};

const TEKTON: &str = "kaa.tekton";
const URL: &str = "kaa.tekton.url";
const TIMEOUT: &str = "kaa.tekton.timeout";
const TENANTS: &str = "kaa.tenants";
const PROVIDER: &str = "kaa.scmp.consumer.provider.service-instance.name";

#[derive(Deserialize)]
#[serde(default)]
struct TektonSettings {
    enabled: bool,
    url: String,
    timeout: u32,
}

impl Default for TektonSettings {
    fn default() -> Self {
        Self { enabled: false, url: "http://tekton".to_owned(), timeout: 5_000 }
    }
}

/// Where the configuration of a service instance comes from; see the [crate](crate).
///
/// It does nothing by itself: the service plays the role [`updates`](Self::updates), and [`follow`](Self::follow)
/// fetches. Follow when the service has been started: then no message falls in between.
pub struct Tekton {
    live: LiveSettings,
    rest: Rest,
    provider: InstanceName,
    changes: Arc<Changes>,
}

impl Tekton {
    /// Tekton for the instance of these settings; `None` if `kaa.tekton.enabled` is not set.
    ///
    /// # Errors
    ///
    /// [`Error`] for settings that are not valid, and if `https` is asked for and the system has no certificates.
    pub fn from_settings(live: &LiveSettings) -> Result<Option<Self>, Error> {
        let settings = live.current();
        let TektonSettings { enabled, url, timeout } = settings.section(TEKTON)?;
        let provider = settings.get(PROVIDER)?;
        if !enabled {
            return Ok(None);
        }
        // Every fetch brings it, whether the service reads it or not: asked for in any case, it is a known key.
        settings.get::<Value>(TENANTS)?;
        if timeout == 0 {
            return Err(settings.invalid(TIMEOUT, "0 is no time: milliseconds, 1 or more"));
        }
        let timeout = Duration::from_millis(timeout.into());
        let rest = Rest::new(&url, settings.identity().instance, timeout);
        let rest = rest.map_err(|problem| settings.invalid(URL, problem))?;
        let tekton = || InstanceName::parse("tekton").map_err(|error| Error::invalid_settings("of the program", error));
        let provider = provider.map_or_else(tekton, Ok)?;
        Ok(Some(Self { live: live.clone(), rest, provider, changes: Arc::default() }))
    }

    /// The role that takes messages of 17/SCMP: broadcasts of the provider, and those for this service instance. Every
    /// replica gets both, since each has its own settings. Nothing is acknowledged (SCMP-010).
    #[must_use]
    pub fn updates(&self) -> impl Role {
        Updates::new(self.live.current().identity().instance, self.provider.clone(), self.changes.clone())
    }

    /// Fetches everything, and from then on what has changed, until the returned value is dropped. Has to be called
    /// within a tokio runtime.
    pub fn follow(self, transport: &dyn Transport) -> Following {
        Following::start(self.live, self.rest, self.changes, transport.connection())
    }
}

impl fmt::Debug for Tekton {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tekton").field("rest", &self.rest).field("provider", &self.provider).finish_non_exhaustive()
    }
}
