//! The service as a whole.

use std::sync::Arc;

use axum::Router;
use kaa_endpoint::ecap;
use kaa_ism::{Fanout, InstanceName, Originator, listen};
use kaa_service::{Error, Limits, RunningService, Service, ServiceHandle, Settings, Transport};
use rest_support::{BusAnnounce, sqlite};

use crate::{
    SqliteTokens, TokenLength, Tokens,
    bus::{EVENTS_LOST, Farewell, Provider},
    rest,
};

const SQLITE_PATH: &str = "kaa.cm.sqlite.path";

/// Credential Management, with SQLite.
///
/// | key | default | meaning |
/// |---|---|---|
/// | `kaa.cm.sqlite.path` | `cm.db` | database file |
/// | `kaa.cm.ep-token.length` | 10 | characters of a generated token |
/// | `kaa.cm.ep-register.service-instance.name` | `epr` | whose unregistered endpoints lose their tokens |
/// | `server.port` | 80 | REST (the process only) |
/// | `management.port` | 8080 | health and metrics (the process only); 0 a free one, -1 none |
/// | `service.*`, `nats.*` | | see [`Settings`]; the limits are its own |
#[derive(Debug)]
#[non_exhaustive]
pub struct Cm;

/// Credential Management at work.
#[derive(Debug)]
pub struct RunningCm {
    service: RunningService,
    tokens: Tokens<SqliteTokens, BusAnnounce>,
}

impl Cm {
    /// Opens the database and starts the service on the bus.
    ///
    /// # Errors
    ///
    /// [`Error`] for a database that cannot be opened, settings that are not valid, and a bus that does not work.
    pub async fn start(settings: Settings, transport: Arc<dyn Transport>) -> Result<RunningCm, Error> {
        let path = settings.get::<String>(SQLITE_PATH)?.unwrap_or_else(|| "cm.db".to_owned());
        let length =
            settings.get::<u8>("kaa.cm.ep-token.length")?.map_or_else(|| Ok(TokenLength::default()), TokenLength::new);
        let length = length.map_err(|error| settings.invalid("kaa.cm.ep-token.length", error))?;
        let register = settings.get::<InstanceName>("kaa.cm.ep-register.service-instance.name")?;
        let register = register.map_or_else(|| InstanceName::parse("epr"), Ok);
        let register = register.map_err(|error| Error::invalid_settings("of cm", error))?;
        let repository = SqliteTokens::open(&path).await;
        let repository = repository.map_err(|error| sqlite::cannot_open(&path, SQLITE_PATH, &error))?;

        // What is too much waits in the queue of the runner, where it is dropped when nobody waits for its answer any more.
        let limits = Limits::default().with_in_work(sqlite::AT_ONCE);
        let mut service = Service::on(settings, transport).with_limits(limits);
        let handle = service.handle();
        let clock = handle.clone();
        let announce = BusAnnounce::new(handle, EVENTS_LOST);
        let tokens = Tokens::new(repository, announce, move || clock.now().0).with_token_length(length);
        let service = service
            .serve(ecap::provider(Provider(tokens.clone())))
            .serve(listen(Originator::Instance(register), Fanout::OneReplica, Farewell(Arc::new(tokens.clone()))))
            .start()
            .await?;
        Ok(RunningCm { service, tokens })
    }
}

impl RunningCm {
    /// The use cases, for who runs in the same process.
    #[must_use]
    pub fn tokens(&self) -> &Tokens<SqliteTokens, BusAnnounce> {
        &self.tokens
    }

    /// The REST routes, for `rest_support::finish`.
    pub fn routes(&self) -> Router {
        rest::routes(self.tokens.clone())
    }

    /// What it sends with.
    #[must_use]
    pub fn handle(&self) -> ServiceHandle {
        self.service.handle()
    }

    /// Finishes what is in work and leaves.
    pub async fn shutdown(self) {
        self.service.shutdown().await;
        self.tokens.idle().await;
    }
}

#[cfg(test)]
mod tests {
    use kaa_endpoint::ecap::Ecap as _;
    use kaa_ism::RequestError;
    use kaa_ism::SendOptions;
    use kaa_protocol::{ApplicationName, EndpointId, EndpointToken};
    use kaa_service::MemoryBus;

    use super::*;

    fn settings(path: &str) -> Settings {
        Settings::new("cm").unwrap().with("kaa.cm.sqlite.path", path)
    }

    #[tokio::test]
    async fn a_database_that_cannot_be_opened_is_no_invalid_configuration() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().to_str().unwrap();
        let error = Cm::start(settings(path), Arc::new(MemoryBus::new())).await.unwrap_err().to_string();
        assert!(error.starts_with(&format!("cannot open the database {path}: ")), "{error}");
        assert!(error.ends_with("; see `kaa.cm.sqlite.path`"), "{error}");
    }

    #[tokio::test]
    async fn a_token_over_256_bytes_is_not_even_looked_for() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("cm.db");
        let bus = MemoryBus::new();
        let cm = Cm::start(settings(path.to_str().unwrap()), Arc::new(bus.clone())).await.unwrap();
        let kpc = Service::new(Settings::new("kpc").unwrap(), bus).start().await.unwrap();
        let provider = kpc.handle().ecap(InstanceName::parse("cm").unwrap());
        for (length, found) in [(256, true), (257, false)] {
            let token = "t".repeat(length);
            let (endpoint, application) = (EndpointId::parse("ep").unwrap(), ApplicationName::parse("kettle").unwrap());
            // The use case itself has no limit: were it looked for, it would be found.
            cm.tokens().create(endpoint, application, Some(EndpointToken::parse(&token).unwrap())).await.unwrap();
            let answer = provider.validate("kettle", &token, SendOptions::default()).await;
            assert_eq!(answer.is_ok(), found);
            let is_401 =
                |error: &RequestError| matches!(error, RequestError::Refused(status) if status.code().as_i32() == 401);
            assert!(found || answer.as_ref().is_err_and(is_401));
        }
        cm.shutdown().await;
        kpc.shutdown().await;
    }
}
