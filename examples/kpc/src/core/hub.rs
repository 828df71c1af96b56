//! What all connections share.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use kaa_endpoint::ecap::Ecap as _;
use kaa_protocol::{Dialect, Status};
use kaa_service::ServiceHandle;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    time::Instant,
};
use tokio_util::sync::CancellationToken;

use super::{
    announcer::Announcer,
    applications::Applications,
    budget::Budget,
    connection::Connection,
    downlink::{Downlink, Outlet, Quality},
    expiring::Expiring,
    extensions::Extensions,
    metrics::Metrics,
    sessions::Sessions,
    tokens::Tokens,
    uplink::Request,
};
use crate::settings::CoreSettings;

/// How long an answer that nobody waits for any more is recognised as such.
const LATE: Duration = Duration::from_secs(60);
/// How many of them.
const LATE_ANSWERS: usize = 65_536;

/// What all connections of all transports share.
#[derive(Debug)]
pub(crate) struct Hub {
    pub(super) handle: ServiceHandle,
    /// As they are configured now.
    pub(super) applications: watch::Receiver<Applications>,
    pub(super) tokens: Arc<Tokens>,
    pub(super) extensions: Extensions,
    pub(super) sessions: Sessions,
    pub(crate) metrics: Metrics,
    pub(super) dialect: Dialect,
    pub(super) push_quality: Quality,
    pub(super) in_flight_per_connection: usize,
    pub(super) in_flight: Arc<Semaphore>,
    pub(super) budget: Budget,
    pub(super) token_length: usize,
    connections: Arc<Semaphore>,
    late: Mutex<Expiring<String, ()>>,
}

/// The right to be connected.
#[derive(Debug)]
pub(crate) struct Admission {
    _permit: OwnedSemaphorePermit,
}

impl Hub {
    pub(crate) fn new(
        settings: CoreSettings,
        applications: watch::Receiver<Applications>,
        handle: ServiceHandle,
        announcer: Announcer,
    ) -> Arc<Self> {
        let metrics = Metrics::new(handle.metrics());
        let tokens = Tokens::new(
            handle.ecap(settings.token_provider),
            settings.token_timeout,
            settings.token_cache_size,
            settings.token_cache_age,
            metrics.tokens.clone(),
        );
        let extensions = Extensions::new(
            handle.clone(),
            settings.extension_timeout,
            settings.pins,
            settings.pin_age,
            metrics.pins.clone(),
        );
        Arc::new(Self {
            applications,
            tokens,
            extensions,
            sessions: Sessions::new(announcer, settings.sessions_per_connection),
            metrics,
            dialect: settings.dialect,
            push_quality: settings.push_quality,
            in_flight_per_connection: settings.in_flight_per_connection,
            in_flight: Arc::new(Semaphore::new(settings.in_flight)),
            budget: Budget::new(settings.in_flight_bytes),
            token_length: settings.token_length,
            connections: Arc::new(Semaphore::new(settings.connections)),
            late: Mutex::new(Expiring::new(LATE_ANSWERS, LATE)),
            handle,
        })
    }

    /// The dialect of the device side.
    pub(crate) fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Admits one more client, unless there are too many. To be asked before anything is read from it.
    pub(crate) fn admit(&self) -> Option<Admission> {
        self.connections.clone().try_acquire_owned().ok().map(|permit| Admission { _permit: permit })
    }

    /// A client has connected. What it has not asked for goes to `outlet`.
    pub(crate) fn connect(self: &Arc<Self>, admission: Admission, outlet: Arc<dyn Outlet>) -> Connection {
        let ended = CancellationToken::new();
        let id = self.sessions.open(outlet, ended.clone());
        Connection::new(self.clone(), id, ended, admission)
    }

    /// What the client is told when its message is refused: nothing if it gave no request id and the dialect is `rfc` (KP-021).
    pub(super) fn refusal(&self, request: &Request, status: &Status) -> Option<Downlink> {
        let silent = request.id.is_none() && self.dialect == Dialect::Rfc;
        (!silent).then(|| request.refusal(status))
    }

    /// Nobody waits for the answer with this correlation id any more.
    pub(super) fn forget(&self, correlation_id: String) {
        let mut late = self.late.lock().unwrap_or_else(PoisonError::into_inner);
        late.insert(correlation_id, (), Instant::now());
    }

    /// Whether it is an answer that nobody waits for.
    pub(super) fn is_late(&self, correlation_id: &str) -> bool {
        let late = self.late.lock().unwrap_or_else(PoisonError::into_inner);
        late.get(correlation_id, Instant::now()).is_some()
    }
}
