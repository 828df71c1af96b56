//! The service as a whole.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use kaa_service::{FollowedFile, LiveSettings, RunningService, Service, ServiceHandle, Settings, Transport};
use kaa_tekton::{Following, Tekton};

use crate::{
    Error,
    core::{Announcements, Applications, Delivery, Hub, Metrics, elsewhere, revoked},
    mqtt,
    settings::{CoreSettings, MqttSettings},
};

/// The communication service.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Kpc;

/// A communication service at work. Dropping it ends it at once; use [`shutdown`](Self::shutdown).
#[derive(Debug)]
pub struct RunningKpc {
    mqtt: mqtt::Listener,
    announcements: Announcements,
    service: RunningService,
    grace: Duration,
    _file: FollowedFile,
    _tekton: Option<Following>,
}

impl Kpc {
    /// Binds the port, joins the bus, then accepts clients. If the applications are to come from Tekton, it waits for
    /// them.
    ///
    /// Dropping the future before it is ready leaves nothing behind.
    ///
    /// # Errors
    ///
    /// [`Error`] if a setting is not valid, the port cannot be bound, or the bus does not carry messages.
    pub async fn start(settings: Settings, transport: Arc<dyn Transport>) -> Result<RunningKpc, Error> {
        let core = CoreSettings::read(&settings)?;
        let mqtt_settings = MqttSettings::read(&settings)?;
        let grace = settings.graceful_shutdown();
        let mut service = Service::on(settings.clone(), transport.clone());
        let handle = service.handle();
        let live = LiveSettings::new(settings, handle.metrics());
        let applications = live.watch(Applications::from_settings)?;
        let tekton = Tekton::from_settings(&live)?;
        let socket = mqtt::bind(&mqtt_settings).await?;
        let announcements = Announcements::start(handle.clone(), Metrics::new(handle.metrics()).events);
        let hub = Hub::new(core, applications.clone(), handle, announcements.announcer());
        let mut service = service
            .serve(kaa_esp::communication(Delivery(hub.clone())))
            .serve(revoked(hub.clone()))
            .serve(elsewhere(hub.clone()));
        if let Some(tekton) = &tekton {
            service = service.serve(tekton.updates());
        }
        let service = service.start().await?;
        let file = live.follow_file();
        let mut tekton = tekton.map(|tekton| tekton.follow(&*transport));
        let is_empty = || applications.borrow().is_empty();
        if is_empty()
            && let Some(tekton) = &mut tekton
        {
            tracing::info!("waiting for the applications from Tekton");
            tekton.fetched().await;
        }
        if is_empty() {
            tracing::warn!("`kaa.applications` lists no version: every message will be answered 404");
        }
        let mqtt = mqtt::Listener::start(socket, hub, mqtt_settings, service.handle().metrics());
        tracing::info!(address = %mqtt.address(), "listening for MQTT");
        Ok(RunningKpc { mqtt, announcements, service, grace, _file: file, _tekton: tekton })
    }
}

impl RunningKpc {
    /// Where MQTT clients connect.
    #[must_use]
    pub fn mqtt_address(&self) -> SocketAddr {
        self.mqtt.address()
    }

    /// What the service sends with; has its counters.
    #[must_use]
    pub fn handle(&self) -> ServiceHandle {
        self.service.handle()
    }

    /// Shuts down gracefully: accepts nobody more, hands what clients have sent to the bus, disconnects them, announces that
    /// their endpoints are gone, and leaves the bus.
    pub async fn shutdown(self) {
        let Self { mqtt, announcements, service, grace, .. } = self;
        mqtt.shutdown(grace.mul_f32(0.5)).await;
        if tokio::time::timeout(grace.mul_f32(0.25), announcements.finish()).await.is_err() {
            tracing::warn!("not all events about endpoints were published in time");
        }
        service.shutdown_within(grace.mul_f32(0.25)).await;
    }
}
