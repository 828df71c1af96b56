//! The service as a whole.

use std::{collections::BTreeMap, sync::Arc};

use axum::Router;
use kaa_ism::{Fanout, Originator, listen};
use kaa_protocol::{AppVersionName, ApplicationName};
use kaa_service::{Error, Limits, RunningService, Service, ServiceHandle, Settings, Transport};
use rest_support::{BusAnnounce, sqlite};
use serde::Deserialize;

use crate::{
    Applications, Endpoints, SqliteEndpoints, TokenProvisioner,
    bus::{Connections, EVENTS_LOST},
    rest,
};

const SQLITE_PATH: &str = "kaa.epr.sqlite.path";

/// The Endpoint Register, with SQLite.
///
/// | key | default | meaning |
/// |---|---|---|
/// | `kaa.applications.<application>.versions.<version>` | none | what endpoints can be registered for |
/// | `kaa.epr.sqlite.path` | `epr.db` | database file |
/// | `kaa.epr.credential-management.base-url` | `http://cm/cm` | where first tokens come from (the process only) |
/// | `server.port` | 80 | REST (the process only) |
/// | `management.port` | 8080 | health and metrics (the process only); 0 a free one, -1 none |
/// | `service.*`, `nats.*` | | see [`Settings`]; the limits are its own |
#[derive(Debug)]
#[non_exhaustive]
pub struct Epr;

/// The Endpoint Register at work.
pub struct RunningEpr<T> {
    service: RunningService,
    endpoints: Endpoints<SqliteEndpoints, T, BusAnnounce>,
}

#[derive(Deserialize)]
struct Application {
    #[serde(default)]
    versions: Option<BTreeMap<AppVersionName, Option<Version>>>,
}

/// Nothing is configured for it.
#[derive(Deserialize)]
struct Version {}

impl Epr {
    /// Opens the database and starts the service on the bus.
    ///
    /// # Errors
    ///
    /// [`Error`] for a database that cannot be opened, settings that are not valid, and a bus that does not work.
    pub async fn start<T: TokenProvisioner>(
        settings: Settings,
        transport: Arc<dyn Transport>,
        provisioner: T,
    ) -> Result<RunningEpr<T>, Error> {
        let applications = applications(&settings)?;
        let path = settings.get::<String>(SQLITE_PATH)?.unwrap_or_else(|| "epr.db".to_owned());
        let repository = SqliteEndpoints::open(&path).await;
        let repository = repository.map_err(|error| sqlite::cannot_open(&path, SQLITE_PATH, &error))?;

        // What is too much waits in the queue of the runner, where it is dropped when it has expired.
        let limits = Limits::default().with_in_work(sqlite::AT_ONCE);
        let mut service = Service::on(settings, transport).with_limits(limits);
        let handle = service.handle();
        let clock = handle.clone();
        let not_noted = handle.metrics().counter("epr_versions_not_noted_total", &[]);
        let announce = BusAnnounce::new(handle, EVENTS_LOST);
        let endpoints = Endpoints::new(repository, provisioner, announce, applications, move || clock.now().0);
        let connections = Connections { endpoints: endpoints.clone(), not_noted };
        let service = service.serve(listen(Originator::Any, Fanout::OneReplica, connections)).start().await?;
        Ok(RunningEpr { service, endpoints })
    }
}

fn applications(settings: &Settings) -> Result<Applications, Error> {
    let configured = settings.get::<BTreeMap<ApplicationName, Option<Application>>>("kaa.applications")?;
    let versions = |application: Option<Application>| application.and_then(|application| application.versions);
    let configured = configured.unwrap_or_default().into_iter();
    let named = configured.map(|(name, application)| (name, versions(application).unwrap_or_default().into_keys()));
    Applications::new(named).map_err(|error| settings.invalid("kaa.applications", error))
}

impl<T: TokenProvisioner> RunningEpr<T> {
    /// The use cases, for who runs in the same process.
    #[must_use]
    pub fn endpoints(&self) -> &Endpoints<SqliteEndpoints, T, BusAnnounce> {
        &self.endpoints
    }

    /// The REST routes, for `rest_support::finish`.
    pub fn routes(&self) -> Router {
        rest::routes(self.endpoints.clone())
    }

    /// What it sends with.
    #[must_use]
    pub fn handle(&self) -> ServiceHandle {
        self.service.handle()
    }

    /// Finishes what is in work and leaves.
    pub async fn shutdown(self) {
        self.service.shutdown().await;
        self.endpoints.idle().await;
    }
}

impl<T> std::fmt::Debug for RunningEpr<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RunningEpr").field("service", &self.service).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use kaa_service::MemoryBus;

    use super::*;
    use crate::provision::NoTokens;

    #[tokio::test]
    async fn a_database_that_cannot_be_opened_is_no_invalid_configuration() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().to_str().unwrap();
        let settings = Settings::new("epr").unwrap().with("kaa.epr.sqlite.path", path);
        let error = Epr::start(settings, Arc::new(MemoryBus::new()), NoTokens).await.unwrap_err().to_string();
        assert!(error.starts_with(&format!("cannot open the database {path}: ")), "{error}");
        assert!(error.ends_with("; see `kaa.epr.sqlite.path`"), "{error}");
    }
}
