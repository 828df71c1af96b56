//! The service as a whole.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use kaa_service::{RunningService, Service, ServiceHandle, Settings, Transport};

use crate::{
    Error,
    core::{Announcements, Delivery, Hub, Metrics, elsewhere, revoked},
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
}

impl Kpc {
    /// Binds the port, joins the bus, then accepts clients.
    ///
    /// Dropping the future before it is ready leaves nothing behind.
    ///
    /// # Errors
    ///
    /// [`Error`] if a setting is not valid, the port cannot be bound, or the bus does not carry messages.
    pub async fn start(settings: Settings, transport: Arc<dyn Transport>) -> Result<RunningKpc, Error> {
        let core = CoreSettings::read(&settings)?;
        let mqtt_settings = MqttSettings::read(&settings)?;
        if core.applications.is_empty() {
            tracing::warn!("`kaa.applications` lists no application: every message will be answered 404");
        }
        let socket = mqtt::bind(&mqtt_settings).await?;
        let grace = settings.graceful_shutdown();
        let mut service = Service::on(settings, transport);
        let handle = service.handle();
        let announcements = Announcements::start(handle.clone(), Metrics::new(handle.metrics()).events);
        let hub = Hub::new(core, handle, announcements.announcer());
        let service = service
            .serve(kaa_esp::communication(Delivery(hub.clone())))
            .serve(revoked(hub.clone()))
            .serve(elsewhere(hub.clone()))
            .start()
            .await?;
        let mqtt = mqtt::Listener::start(socket, hub, mqtt_settings, service.handle().metrics());
        tracing::info!(address = %mqtt.address(), "listening for MQTT");
        Ok(RunningKpc { mqtt, announcements, service, grace })
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
        let Self { mqtt, announcements, service, grace } = self;
        mqtt.shutdown(grace.mul_f32(0.5)).await;
        if tokio::time::timeout(grace.mul_f32(0.25), announcements.finish()).await.is_err() {
            tracing::warn!("not all events about endpoints were published in time");
        }
        service.shutdown_within(grace.mul_f32(0.25)).await;
    }
}
