//! The same through role, runner and kaa-nats: encode, decode, lanes, deadline, answer.

use bytes::Bytes;
use kaa_esp::{ClientData, Esp as _, EspHandle, Reply, extension};
use kaa_ism::{InstanceName, SendOptions};
use kaa_service::{RunningService, Service, ServiceHandle, Settings};

/// Bytes of payload of each message.
pub(crate) const PAYLOAD: usize = 64;

pub(crate) struct Sdk {
    caller: EspHandle<ServiceHandle>,
    to: InstanceName,
    payload: Bytes,
    services: Vec<RunningService>,
}

impl Sdk {
    pub(crate) async fn start(url: &str) -> Self {
        let echo = service("echo", url).await;
        let echo = echo.serve(extension(async |data: ClientData, _| Ok(Reply::bytes(data.payload))));
        let echo = echo.start().await.expect("the extension starts");
        let caller = service("caller", url).await.start().await.expect("the caller starts");
        Self {
            caller: caller.handle().esp(),
            to: InstanceName::parse("echo").expect("a name"),
            payload: Bytes::from(vec![b'x'; PAYLOAD]),
            services: vec![echo, caller],
        }
    }

    pub(crate) async fn call(&self) {
        let data = ClientData::new("smart_kettle_v1", "/json")
            .with_endpoint_id("0b8f3a52-7f43-4a52-9d34-5f0f6f3f8b11")
            .with_request_id(42)
            .with_payload(self.payload.clone());
        let answer = self.caller.call(&self.to, data, SendOptions::default()).await.expect("an answer");
        assert_eq!(answer.status_code, 200);
    }

    pub(crate) async fn shutdown(self) {
        for service in self.services {
            service.shutdown().await;
        }
    }
}

async fn service(name: &str, url: &str) -> Service {
    let settings = Settings::new(name).expect("a name").with_nats_urls([url]);
    let transport = kaa_nats::connect(&settings).await.expect("a connection");
    Service::new(settings, transport)
}
