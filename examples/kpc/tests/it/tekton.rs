//! Applications from Tekton.

use std::sync::{Arc, Mutex};

use axum::{Json, Router, extract::State, routing::get};
use kaa_ism::Bus as _;
use kaa_platform::service_config::{BroadcastConfigurationUpdateEvent, Scope, UpdateType};
use kaa_proves::proves;
use kaa_service::{Service, Settings};
use rumqttc::QoS;
use serde_json::{Value, json};

use crate::{
    device::Device,
    platform::{Platform, SETTINGS},
};

type Applications = Arc<Mutex<Value>>;

/// A Tekton that has these applications. Where it is.
async fn tekton(applications: Applications) -> String {
    let answer = async |State(applications): State<Applications>| {
        let applications = applications.lock().unwrap().clone();
        Json(json!({ "kpc": { "kaa": { "applications": applications } } }))
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().route("/api/v1/app-configs", get(answer)).with_state(applications);
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

/// Something has changed.
async fn announce(platform: &Platform) {
    let mut tekton = Service::new(Settings::new("tekton").unwrap(), platform.bus.clone());
    let event = BroadcastConfigurationUpdateEvent::of(Scope::Platform);
    tekton.handle().broadcast_with(event, &[UpdateType::Upsert.as_str()]).await.unwrap();
}

#[proves("SCMP-011")]
#[tokio::test]
async fn they_are_fetched_before_clients_are_accepted_and_again_when_they_change() {
    let applications = Arc::new(Mutex::new(json!({ "demo": { "versions": { "demo-v1": null } } })));
    let url = tekton(applications.clone()).await;
    let settings = Settings::from_yaml("kpc", SETTINGS).unwrap();
    let settings = settings.with("kaa.tekton", json!({ "enabled": true, "url": url }));
    let mut platform = Platform::on(settings).await;
    platform.echo("dcx").await;
    let mut device = Device::connect(platform.address()).await;
    let mut ask = async |version| {
        device.request(&format!("kp1/{version}/dcx/tok-1/json/1"), "echo", QoS::AtMostOnce).await.payload
    };
    assert_eq!(ask("demo-v1").await, "echo");

    *applications.lock().unwrap() = json!({ "demo": { "versions": { "demo-v2": {} } } });
    announce(&platform).await;
    platform.counted("changes", "applied", 2).await;
    assert!(ask("demo-v1").await.contains("404"));
    assert_eq!(ask("demo-v2").await, "echo");

    *applications.lock().unwrap() =
        json!({ "demo": { "allowed-extension-instances": "dcx?", "versions": { "demo-v3": {} } } });
    announce(&platform).await;
    platform.counted("changes", "refused", 1).await;
    assert_eq!(ask("demo-v2").await, "echo", "a configuration that is not valid changes nothing");
    assert!(ask("demo-v3").await.contains("404"));
}
