//! All services of the platform.

use std::{net::SocketAddr, path::Path, sync::Arc};

use axum::{
    Router,
    http::{StatusCode, header::CONTENT_TYPE},
    routing::get,
};
use cm::{BusAnnounce, Cm, RunningCm, SqliteTokens, Tokens};
use epr::{Epr, RunningEpr};
use kaa_ism::InstanceName;
use kaa_service::{Error, Management, MemoryBus, RunningService, ServiceHandle, Settings, Transport};
use kpc::{Kpc, RunningKpc};
use serde_json::json;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use crate::{Observer, Options, provision::InProcess};

/// A platform that has not been started yet.
#[derive(Debug)]
#[non_exhaustive]
pub struct Platform;

/// A platform at work.
#[derive(Debug)]
pub struct RunningPlatform {
    kpc: RunningKpc,
    dcx: RunningService,
    epr: RunningEpr<InProcess>,
    cm: RunningCm,
    observer: RunningService,
    http: Http,
}

#[derive(Debug)]
struct Http {
    address: SocketAddr,
    end: oneshot::Sender<()>,
    server: JoinHandle<()>,
}

impl Platform {
    /// Starts all services. `settings` are those of all of them; without `kaa.applications` there is one, `demo`, with the
    /// version `demo-v1`.
    ///
    /// # Errors
    ///
    /// [`Error`] for a port that is taken, a data folder or NATS server that cannot be reached, and settings that are not valid.
    pub async fn start(settings: Settings, options: &Options) -> Result<RunningPlatform, Error> {
        let settings = settings_of_all(settings, options)?;
        let listener = TcpListener::bind(options.http).await.map_err(|error| {
            Error::connect(format!("cannot listen on {} for HTTP: {error}; choose another with --http", options.http))
        })?;
        let transport = transport(&settings, options).await?;
        // The devices' side ends first, then all others together: each has half of the time.
        let settings = settings.clone().with_graceful_shutdown(settings.graceful_shutdown() / 2);
        let instance = |name| InstanceName::parse(name).map(|name| settings.for_instance(name));
        let instance = |name| instance(name).map_err(|error| Error::invalid_settings("of minikaa", error));

        let observer = Observer::default();
        let observing = observer.start(instance("minikaa")?, transport.clone()).await?;
        let cm = Cm::start(instance("cm")?, transport.clone()).await?;
        let epr = Epr::start(instance("epr")?, transport.clone(), InProcess(cm.tokens().clone())).await?;
        let dcx = dcx::Dcx::start(instance("dcx")?, transport.clone()).await?;
        let kpc = Kpc::start(instance("kpc")?, transport).await.map_err(|error| not_started(&error, options))?;
        let services = [cm.handle(), epr.handle(), dcx.handle(), kpc.handle(), observing.handle()];
        let routes = cm.routes().merge(epr.routes()).merge(observer.routes()).merge(management(&services));
        let http = Http::start(listener, routes)?;
        Ok(RunningPlatform { kpc, dcx, epr, cm, observer: observing, http })
    }
}

fn settings_of_all(settings: Settings, options: &Options) -> Result<Settings, Error> {
    std::fs::create_dir_all(&options.data).map_err(|error| {
        Error::connect(format!(
            "cannot use the data folder {}: {error}; choose another with --data",
            options.data.display()
        ))
    })?;
    let file = |name: &str| Path::join(&options.data, name).display().to_string();
    let mut settings = settings
        .with("kaa.cm.sqlite.path", file("cm.db"))
        .with("kaa.epr.sqlite.path", file("epr.db"))
        .with("kaa.kpc.transports.mqtt.tcp.host", options.mqtt.ip().to_string())
        .with("kaa.kpc.transports.mqtt.tcp.port", options.mqtt.port());
    if settings.get::<serde::de::IgnoredAny>("kaa.applications")?.is_none() {
        settings = settings.with("kaa.applications", json!({"demo": {"versions": {"demo-v1": {}}}}));
    }
    Ok(settings)
}

fn not_started(error: &kpc::Error, options: &Options) -> Error {
    Error::connect(if error.is_address_in_use() {
        format!("cannot listen on {} for MQTT: address in use; choose another with --mqtt", options.mqtt)
    } else {
        rest_support::causes(error)
    })
}

async fn transport(settings: &Settings, options: &Options) -> Result<Arc<dyn Transport>, Error> {
    Ok(match &options.nats {
        None => Arc::new(MemoryBus::new()),
        Some(urls) => {
            let settings = settings.clone().with_nats_urls(urls.split(',').map(str::trim));
            let connected = kaa_nats::connect(&settings).await;
            Arc::new(connected.map_err(|error| Error::connect(format!("{error}; choose another server with --nats")))?)
        }
    })
}

/// The pages of [`Management`], on the port of REST.
fn management(services: &[ServiceHandle]) -> Router {
    let management = Management::new();
    services.iter().for_each(|service| management.add(service));
    let routes = ["/health", "/health/ready", "/metrics"].map(|path| {
        let management = management.clone();
        let page = async move || {
            let page = management.get(path).await;
            let status = StatusCode::from_u16(page.status).unwrap_or_default();
            (status, [(CONTENT_TYPE, page.content_type)], page.body)
        };
        Router::new().route(path, get(page))
    });
    routes.into_iter().fold(Router::new(), Router::merge)
}

impl Http {
    fn start(listener: TcpListener, routes: Router) -> Result<Self, Error> {
        let address = listener.local_addr().map_err(|error| Error::connect(error.to_string()))?;
        let (end, ended) = oneshot::channel::<()>();
        let routes = rest_support::finish(routes);
        let server = tokio::spawn(rest_support::serve(listener, routes, async {
            let _ = ended.await;
        }));
        Ok(Self { address, end, server })
    }
}

impl RunningPlatform {
    /// Where devices connect.
    #[must_use]
    pub fn mqtt_address(&self) -> SocketAddr {
        self.kpc.mqtt_address()
    }

    /// Where REST is.
    #[must_use]
    pub fn http_address(&self) -> SocketAddr {
        self.http.address
    }

    /// The tokens, for who runs in the same process.
    #[must_use]
    pub fn tokens(&self) -> &Tokens<SqliteTokens, BusAnnounce> {
        self.cm.tokens()
    }

    /// Ends: first the connections of devices, then what handles their messages.
    pub async fn shutdown(self) {
        self.kpc.shutdown().await;
        let _ = self.http.end.send(());
        tokio::join!(
            async { self.http.server.await.is_ok() },
            self.dcx.shutdown(),
            self.epr.shutdown(),
            self.cm.shutdown(),
            self.observer.shutdown(),
        );
    }
}
