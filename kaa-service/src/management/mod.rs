//! What an operator asks a process: whether it lives, whether it is ready, what it measures.

mod readiness;
mod server;

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    sync::{Arc, Mutex, PoisonError},
};

use futures::future::join_all;
use kaa_ism::Bus as _;

pub use readiness::NotReady;
pub(crate) use readiness::{Ended, Readiness};
pub use server::ManagementServer;
pub(crate) use server::{Port, Unset};

use crate::{ServiceHandle, metrics};

/// The management interface of a process, for all services in it. Clones are the same one.
///
/// | path | answer |
/// |---|---|
/// | `/health` | 200 as long as the process answers at all: for a liveness probe |
/// | `/health/ready` | 200 if all services are [ready](ServiceHandle::ready), else 503 with a line for each that is not: for a readiness probe |
/// | `/metrics` | the [metrics](crate::metrics) of all services for Prometheus, with the label `service` |
///
/// [`Service::run`](crate::Service::run) serves it by itself on the port `management.port` (default 8080, as Kaa's services do;
/// 0 takes a free one, -1 none). A process that runs several services, or starts one itself, adds them and listens
/// once, on an address of its own ([`listen`](Self::listen)) or [by its settings](Self::listen_by), or lets a web
/// server of its own ask [`get`](Self::get).
///
/// ```no_run
/// # async fn example(kpc: kaa_service::RunningService, dcx: kaa_service::RunningService) -> Result<(), kaa_service::Error> {
/// use kaa_service::Management;
///
/// let management = Management::new();
/// management.add(&kpc.handle());
/// management.add(&dcx.handle());
/// let _server = management.listen(([0, 0, 0, 0], 8080).into()).await?;
/// # Ok(())
/// # }
/// ```
///
/// There is no authentication: the port is for the network of the operator.
#[derive(Clone, Debug, Default)]
pub struct Management(Arc<Mutex<Vec<ServiceHandle>>>);

/// An answer over HTTP.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Page {
    /// The HTTP status code.
    pub status: u16,
    /// The `Content-Type`.
    pub content_type: &'static str,
    /// The text.
    pub body: String,
}

const TEXT: &str = "text/plain; charset=utf-8";
const PROMETHEUS: &str = "text/plain; version=0.0.4; charset=utf-8";

impl Management {
    /// Without services. One without any is alive, and not ready.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a service. One that has shut down, or whose `RunningService` has been dropped, is forgotten.
    pub fn add(&self, service: &ServiceHandle) {
        let _ = service.metrics();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(service.clone());
    }

    /// From now on the services that have been added are not ready, as if they were shutting down: for a process that
    /// ends something else first, such as REST. They go on otherwise.
    pub fn drain(&self) {
        self.services().iter().for_each(ServiceHandle::drain);
    }

    /// The answer to `GET` of a path: 404 for one that is not in the table.
    pub async fn get(&self, path: &str) -> Page {
        match path {
            "/health" => Page { status: 200, content_type: TEXT, body: "alive\n".to_owned() },
            "/health/ready" => self.ready().await,
            "/metrics" => Page { status: 200, content_type: PROMETHEUS, body: self.metrics() },
            _ => Page { status: 404, content_type: TEXT, body: "no such page\n".to_owned() },
        }
    }

    async fn ready(&self) -> Page {
        let services = self.services();
        if services.is_empty() {
            return Page { status: 503, content_type: TEXT, body: "no service runs\n".to_owned() };
        }
        let mut reasons = String::new();
        for (service, ready) in services.iter().zip(join_all(services.iter().map(ServiceHandle::ready)).await) {
            if let Err(reason) = ready {
                // Writing to a string does not fail.
                let _ = writeln!(reasons, "{}: {reason}", service.identity().instance);
            }
        }
        if reasons.is_empty() {
            Page { status: 200, content_type: TEXT, body: "ready\n".to_owned() }
        } else {
            Page { status: 503, content_type: TEXT, body: reasons }
        }
    }

    fn metrics(&self) -> String {
        let services = self.services();
        let mut replicas = BTreeMap::new();
        for service in &services {
            *replicas.entry(service.identity().instance.as_str()).or_insert(0) += 1;
        }
        let labels = |service: &ServiceHandle| {
            let (instance, replica) = (service.identity().instance.as_str(), service.identity().replica.as_str());
            match replicas.get(instance) {
                // Two replicas of one instance in a process would have the same series.
                Some(2..) => metrics::label_text([("service", instance), ("replica", replica)]),
                _ => metrics::label_text([("service", instance)]),
            }
        };
        metrics::render_all(services.iter().map(|service| (labels(service), service.metrics())))
    }

    fn services(&self) -> Vec<ServiceHandle> {
        let mut services = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        services.retain(|service| !service.has_ended());
        services.clone()
    }
}
