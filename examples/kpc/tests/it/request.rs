//! Requests and their answers.

use futures::StreamExt as _;
use kaa_esp::ExtensionData;
use kaa_esp::{ClientData, Context, Reply};
use kaa_ism::{Bus as _, Message as _, SendOptions, Status, Subject};
use kaa_proves::proves;
use kaa_service::{Service, Settings, transport::Delivery};
use rumqttc::{Incoming, QoS};

use crate::{
    device::{Device, Message},
    platform::{Platform, soon},
};

fn message(topic: &str, payload: &str, qos: QoS) -> Message {
    Message { topic: topic.into(), payload: payload.into(), qos }
}

#[proves("KP-022", "KP-033", "ESP-006", "ESP-007")]
#[tokio::test]
async fn a_request_is_answered_on_status_with_its_quality() {
    let mut platform = Platform::start().await;
    let mut seen = platform.echo("dcx").await;
    let mut device = Device::connect(platform.address()).await;
    for (id, qos) in [(1, QoS::AtMostOnce), (2, QoS::AtLeastOnce), (3, QoS::ExactlyOnce)] {
        let topic = format!("kp1/demo-v1/dcx/tok-1/json/{id}");
        let answer = device.request(&topic, "payload", qos).await;
        assert_eq!(answer, message(&format!("{topic}/status"), "payload", qos));
        let data = seen.recv().await.unwrap();
        assert_eq!((data.app_version_name.as_str(), data.endpoint_id.as_deref()), ("demo-v1", Some("ep-1")));
        assert_eq!((data.resource_path.as_str(), data.request_id, data.timeout), ("/json", Some(id), 10_000));
        assert_eq!(data.config_name, None);
    }
    assert_eq!(platform.count("requests", "answered"), 3);
}

// D-20
#[proves("KP-016", "KP-020")]
#[tokio::test]
async fn request_id_0_is_one_and_ids_may_repeat_kaa_unverified() {
    let mut platform = Platform::start().await;
    let mut seen = platform.echo("dcx").await;
    let mut device = Device::connect(platform.address()).await;
    for _ in 0..3 {
        let answer = device.request("kp1/demo-v1/dcx/tok-1/json/0", "{}", QoS::AtMostOnce).await;
        assert_eq!(answer.topic, "kp1/demo-v1/dcx/tok-1/json/0/status");
        assert_eq!(seen.recv().await.unwrap().request_id, Some(0));
    }
    device.publish("kp1/demo-v1/dcx/tok-1/json/2147483648", "{}", QoS::AtMostOnce).await;
    device.hand_over("kp1/demo-v1/dcx/tok-1/json", "{}").await;
    let data = seen.recv().await.unwrap();
    assert_eq!((data.resource_path.as_str(), data.request_id), ("/json/2147483648", None));
}

#[proves("KP-023", "KP-027", "ESP-022")]
#[tokio::test]
async fn an_error_is_answered_on_error_with_these_bytes() {
    let mut platform = Platform::start().await;
    platform.serve("dcx", async |_: ClientData, _: Context| Err::<Reply, _>(Status::not_found("Not Found"))).await;
    let mut device = Device::connect(platform.address()).await;
    let answer = device.request("kp1/demo-v1/dcx/tok-1/json/42", "x", QoS::AtLeastOnce).await;
    let payload = r#"{"statusCode":404,"reasonPhrase":"Not Found"}"#;
    assert_eq!(answer, message("kp1/demo-v1/dcx/tok-1/json/42/error", payload, QoS::AtLeastOnce));
    // Without an id it goes to the topic without an id (KP-021, platform).
    let answer = device.request("kp1/demo-v1/dcx/tok-1/json", "x", QoS::AtLeastOnce).await;
    assert_eq!(answer, message("kp1/demo-v1/dcx/tok-1/json/error", payload, QoS::AtLeastOnce));
}

#[proves("KP-012", "KP-021")]
#[tokio::test]
async fn a_success_without_request_id_is_silent_kaa_unverified() {
    let mut platform = Platform::start().await;
    let mut seen = platform.echo("dcx").await;
    let mut device = Device::connect(platform.address()).await;
    device.hand_over("kp1/demo-v1/dcx/tok-1/json", "silent").await;
    let answer = device.request("kp1/demo-v1/dcx/tok-1/json/1", "loud", QoS::AtMostOnce).await;
    assert_eq!(answer.payload, "loud");
    assert_eq!(seen.recv().await.unwrap().payload, "silent");
}

#[proves("KP-011", "ESP-009")]
#[tokio::test]
async fn payloads_pass_unchanged() {
    let mut platform = Platform::start().await;
    let mut seen = platform.echo("dcx").await;
    let mut raw = crate::raw::Raw::connected(platform.address()).await;
    let all: Vec<u8> = (0..=255).collect();
    raw.send(&crate::raw::publish(0x30, "kp1/demo-v1/dcx/tok-1/plain", None, &all)).await;
    raw.send(&crate::raw::publish(0x30, "kp1/demo-v1/dcx/tok-1/plain", None, b"")).await;
    assert_eq!(soon(seen.recv()).await.unwrap().payload, all);
    assert_eq!(soon(seen.recv()).await.unwrap().payload, "");
}

#[tokio::test]
async fn an_absent_extension_is_503_at_once_kaa_unverified() {
    let platform = Platform::with("kaa.kpc.extension.timeout: 600000").await;
    let mut device = Device::connect(platform.address()).await;
    let answer = device.request("kp1/demo-v1/dcx/tok-1/json/1", "x", QoS::AtMostOnce).await;
    assert_eq!(answer.topic, "kp1/demo-v1/dcx/tok-1/json/1/error");
    assert!(answer.payload.starts_with(r#"{"statusCode":503,"#), "{}", answer.payload);
    assert_eq!(platform.count("requests", "no-responders"), 1);
}

#[proves("KP-024", "ESP-001", "ESP-003")]
#[tokio::test]
async fn a_silent_extension_is_504_and_its_late_answer_is_not_delivered_kaa_unverified() {
    let mut platform = Platform::with("kaa.kpc.extension.timeout: 100").await;
    let mut silent = platform.silent("dcx").await;
    platform.echo("cex").await;
    let mut device = Device::connect(platform.address()).await;
    let answer = device.request("kp1/demo-v1/dcx/tok-1/json/1", "x", QoS::AtMostOnce).await;
    assert_eq!(answer.topic, "kp1/demo-v1/dcx/tok-1/json/1/error");
    assert!(answer.payload.starts_with(r#"{"statusCode":504,"#), "{}", answer.payload);

    let Some(Delivery::Message(asked)) = soon(silent.next()).await else { panic!() };
    assert_eq!(asked.reply_to.as_ref().unwrap().as_str(), "kaa.v1.replica.k1.esp.ExtensionData");
    let request = ClientData::decode(&asked.body).unwrap();
    assert_eq!(request.timeout, 100);
    let mut late = ExtensionData::new("/json", 200).with_endpoint_id("ep-1").with_request_id(1);
    late.correlation_id = request.correlation_id;
    let late = late.with_extension_instance_name("dcx");
    let mut dcx = Service::new(Settings::new("dcx").unwrap(), platform.bus.clone());
    let to: Subject = asked.reply_to.unwrap();
    dcx.handle().publish(to, None, late, SendOptions::default()).await.unwrap();
    soon(async {
        while platform.count("downlinks", "late") == 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let answer = device.request("kp1/demo-v1/cex/tok-1/x/2", "next", QoS::AtMostOnce).await;
    assert_eq!(answer.payload, "next", "nothing came before it");
}

#[tokio::test]
async fn without_a_bus_the_client_is_told_and_the_message_acknowledged() {
    let platform = Platform::start().await;
    let _silent = platform.silent("dcx").await;
    let mut device = Device::connect(platform.address()).await;
    device.hand_over("kp1/demo-v1/dcx/tok-1/json", "known").await;
    platform.bus.set_connected(false);
    device.publish("kp1/demo-v1/dcx/tok-1/json/1", "x", QoS::AtLeastOnce).await;
    let (mut told, mut acknowledged) = (false, false);
    while !(told && acknowledged) {
        match device.incoming().await {
            Incoming::Publish(answer) => told = answer.payload.starts_with(br#"{"statusCode":503,"#),
            Incoming::PubAck(_) => acknowledged = true,
            _ => {}
        }
    }
    platform.bus.set_connected(true);
    device.hand_over("kp1/demo-v1/dcx/tok-1/json", "again").await;
    assert_eq!(platform.count("uplinks", "not-sent"), 1);
    assert_eq!(platform.count("uplinks", "forwarded"), 2);
}

#[proves("KP-015", "KP-026")]
#[tokio::test]
async fn messages_of_one_endpoint_keep_their_order() {
    let mut platform = Platform::start().await;
    let mut seen = platform.echo("dcx").await;
    let device = Device::connect(platform.address()).await;
    for n in 0..500 {
        let topic = if n % 3 == 0 {
            "kp1/demo-v1/dcx/tok-1/json".to_owned()
        } else {
            format!("kp1/demo-v1/dcx/tok-1/json/{n}")
        };
        device.publish(&topic, &n.to_string(), QoS::AtMostOnce).await;
    }
    let mut device = device;
    let reading = async {
        for n in 0..500 {
            assert_eq!(seen.recv().await.unwrap().payload, n.to_string());
        }
    };
    tokio::select! {
        () = soon(reading) => {}
        () = async { loop { device.message().await; } } => {}
    }
}
