//! The same through role, runner and kaa-nats: encode, decode, lanes, deadline, answer.

use bytes::Bytes;
use kaa_esp::{ClientData, Esp as _, EspHandle, Reply, extension};
use kaa_ism::{InstanceName, Message as _, Role, SendOptions};
use kaa_nats::NatsTransport;
use kaa_service::{RunningService, Service, ServiceHandle, Settings};

/// Bytes of payload of each message.
pub(crate) const PAYLOAD: usize = 64;

pub(crate) struct Sdk {
    caller: EspHandle<ServiceHandle>,
    to: InstanceName,
    payload: Bytes,
    services: [RunningService; 2],
}

impl Sdk {
    /// An extension that gives back what it gets, and who calls it.
    pub(crate) async fn start(url: &str) -> Self {
        Self::serving(url, extension(async |data: ClientData, _| Ok(Reply::bytes(data.payload)))).await
    }

    /// An extension, and who calls it.
    pub(crate) async fn serving(url: &str, extension: impl Role) -> Self {
        let extension = service("echo", url).await.0.serve(extension);
        let extension = extension.start().await.expect("the extension starts");
        let caller = service("caller", url).await.0.start().await.expect("the caller starts");
        Self {
            caller: caller.handle().esp(),
            to: InstanceName::parse("echo").expect("a name"),
            payload: Bytes::from(vec![b'x'; PAYLOAD]),
            services: [extension, caller],
        }
    }

    pub(crate) async fn call(&self) {
        let data = client_data(self.payload.clone());
        let answer = self.caller.call(&self.to, data, SendOptions::default()).await.expect("an answer");
        assert_eq!(answer.status_code, 200);
    }

    /// From now on both services measure times.
    pub(crate) fn look_at_metrics(&self) {
        for service in &self.services {
            let _ = service.handle().metrics();
        }
    }

    /// Sees to it that the extension has measured how long it handled messages, or that it has not. That is a look at
    /// its metrics, too.
    pub(crate) fn check_times(&self, wanted: bool) {
        let [extension, _] = &self.services;
        let labels = [("message", ClientData::NAME)];
        let handled = extension.handle().metrics().histogram("kaa_handling_seconds", &labels).count();
        assert_eq!(handled > 0, wanted, "times of {handled} messages");
    }

    pub(crate) async fn shutdown(self) {
        for service in self.services {
            service.shutdown().await;
        }
    }
}

/// What is sent.
pub(crate) fn client_data(payload: Bytes) -> ClientData {
    ClientData::new("smart_kettle_v1", "/json")
        .with_endpoint_id("0b8f3a52-7f43-4a52-9d34-5f0f6f3f8b11")
        .with_request_id(42)
        .with_payload(payload)
}

/// A service, and its connection.
pub(crate) async fn service(name: &str, url: &str) -> (Service, NatsTransport) {
    let settings = Settings::new(name).expect("a name").with_nats_urls([url]);
    let transport = kaa_nats::connect(&settings).await.expect("a connection");
    (Service::new(settings, transport.clone()), transport)
}
