//! What extensions send of their own accord.

use kaa_endpoint::elce::ConnectedEvent;
use kaa_esp::{Esp as _, ExtensionData};
use kaa_ism::{Bus as _, InstanceName, SendOptions};
use kaa_proves::proves;
use kaa_service::{Service, ServiceHandle, Settings};
use rumqttc::QoS;

use crate::{
    device::Device,
    platform::{Platform, connected, soon},
};

fn extension(platform: &Platform, name: &str) -> ServiceHandle {
    Service::new(Settings::new(name).unwrap(), platform.bus.clone()).handle()
}

async fn push(from: &ServiceHandle, data: ExtensionData) {
    from.esp().push(&InstanceName::parse("kpc").unwrap(), data, SendOptions::default()).await.unwrap();
}

fn command(endpoint: &str, payload: &'static str) -> ExtensionData {
    ExtensionData::new("/command/reboot", 200).with_endpoint_id(endpoint).with_payload(payload)
}

// D-34
#[proves("ESP-016", "ESP-019")]
#[tokio::test]
async fn a_push_arrives_without_a_subscription() {
    let platform = Platform::start().await;
    let _dcx = platform.silent("dcx").await;
    let mut device = Device::connect(platform.address()).await;
    device.hand_over("kp1/demo-v1/dcx/tok-1/json", "x").await;
    push(&extension(&platform, "cex"), command("ep-1", "[]")).await;
    let message = device.message().await;
    assert_eq!(message.topic, "kp1/demo-v1/cex/tok-1/command/reboot/status");
    assert_eq!((message.payload.as_str(), message.qos), ("[]", QoS::AtLeastOnce));
}

#[tokio::test]
async fn a_push_goes_to_the_connection_that_used_the_endpoint_last() {
    let platform = Platform::start().await;
    let _dcx = platform.silent("dcx").await;
    let mut devices = [Device::with_id(platform.address(), "a").await, Device::with_id(platform.address(), "b").await];
    let cex = extension(&platform, "cex");
    for index in [0, 1, 0] {
        devices[index].hand_over("kp1/demo-v1/dcx/tok-1/json", "x").await;
        push(&cex, command("ep-1", "here")).await;
        assert_eq!(devices[index].message().await.payload, "here");
    }
}

#[tokio::test]
async fn what_cannot_be_delivered_is_counted() {
    let platform = Platform::start().await;
    let _dcx = platform.silent("dcx").await;
    let cex = extension(&platform, "cex");
    push(&cex, command("ep-1", "nobody there")).await;
    platform.counted("downlinks", "not-connected", 1).await;
    push(&cex, ExtensionData::new("/x", 200).with_app_version_name("demo-v1")).await;
    platform.counted("downlinks", "no-endpoint", 1).await;
    let mut device = Device::connect(platform.address()).await;
    device.hand_over("kp1/demo-v1/dcx/tok-1/json", "x").await;
    push(&cex, ExtensionData::new("no slash", 200).with_endpoint_id("ep-1")).await;
    platform.counted("downlinks", "no-topic", 1).await;
}

#[tokio::test]
async fn a_client_that_takes_nothing_loses_pushes_and_keeps_nobody_waiting() {
    let platform = Platform::with("kaa.kpc.transports.mqtt.push-queue: 4").await;
    let _dcx = platform.silent("dcx").await;
    let (mut slow, mut other) =
        (Device::with_id(platform.address(), "slow").await, Device::with_id(platform.address(), "other").await);
    slow.hand_over("kp1/demo-v1/dcx/tok-1/json", "x").await;
    other.hand_over("kp1/demo-v1/dcx/tok-2/json", "x").await;
    let cex = extension(&platform, "cex");
    let large = "x".repeat(100_000);
    // The slow one does not read: socket buffers, then the queue, fill up.
    soon(async {
        while platform.count("downlinks", "queue-full") == 0 {
            let data = ExtensionData::new("/command/x", 200).with_endpoint_id("ep-1").with_payload(large.clone());
            push(&cex, data).await;
            tokio::task::yield_now().await;
        }
    })
    .await;
    push(&cex, command("ep-2", "for the other")).await;
    assert_eq!(other.message().await.payload, "for the other");
}

#[tokio::test]
async fn an_endpoint_that_was_used_at_another_replica_since_is_left_to_it() {
    let mut platform = Platform::start().await;
    let _dcx = platform.silent("dcx").await;
    let mut device = Device::connect(platform.address()).await;
    device.hand_over("kp1/demo-v1/dcx/tok-1/json", "x").await;
    assert_eq!(platform.event().await, connected("ep-1"));
    let kpc_2 =
        Service::new(Settings::from_yaml("kpc", "service.instance.replica.id: k2").unwrap(), platform.bus.clone())
            .with_clock(Later)
            .handle();
    kpc_2.broadcast(ConnectedEvent::new([("ep-1", "demo-v1")])).await.unwrap();
    soon(async {
        let cex = extension(&platform, "cex");
        while platform.count("downlinks", "not-connected") == 0 {
            push(&cex, command("ep-1", "where?")).await;
            tokio::task::yield_now().await;
        }
    })
    .await;
}

struct Later;

impl kaa_ism::Clock for Later {
    fn now(&self) -> kaa_ism::Timestamp {
        kaa_ism::Timestamp(kaa_service::SystemClock::new().now().0 + 1_000)
    }
}
