//! The service as a whole.

use std::sync::Arc;

use axum::Router;
use kaa_endpoint::ecap;
use kaa_ism::{Fanout, InstanceName, Originator, listen};
use kaa_service::{Error, RunningService, Service, ServiceHandle, Settings, Transport};

use crate::{
    BusAnnounce, SqliteTokens, TokenLength, Tokens,
    bus::{Farewell, Provider},
    rest,
};

/// Credential Management, with SQLite.
///
/// | key | default | meaning |
/// |---|---|---|
/// | `kaa.cm.sqlite.path` | `cm.db` | database file |
/// | `kaa.cm.ep-token.length` | 10 | characters of a generated token |
/// | `kaa.cm.ep-register.service-instance.name` | `epr` | whose unregistered endpoints lose their tokens |
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
        let path = settings.get::<String>("kaa.cm.sqlite.path")?.unwrap_or_else(|| "cm.db".to_owned());
        let length =
            settings.get::<u8>("kaa.cm.ep-token.length")?.map_or_else(|| Ok(TokenLength::default()), TokenLength::new);
        let length =
            length.map_err(|error| Error::invalid_settings("of cm", format!("`kaa.cm.ep-token.length`: {error}")))?;
        let register = settings.get::<InstanceName>("kaa.cm.ep-register.service-instance.name")?;
        let register = register.map_or_else(|| InstanceName::parse("epr"), Ok);
        let register = register.map_err(|error| Error::invalid_settings("of cm", error))?;
        let repository = SqliteTokens::open(&path).await;
        let repository = repository.map_err(|error| {
            Error::invalid_settings(
                "of cm",
                format!("`kaa.cm.sqlite.path`: cannot open {path}: {}", rest_support::causes(&error)),
            )
        })?;

        let mut service = Service::on(settings, transport);
        let handle = service.handle();
        let clock = handle.clone();
        let tokens = Tokens::new(repository, BusAnnounce::new(handle), move || clock.now().0).with_token_length(length);
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
