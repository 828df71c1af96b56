//! Where a topic leads, and where it does not.

use kaa_proves::proves;
use rumqttc::QoS;

use crate::{device::Device, platform::Platform};

async fn error(device: &mut Device, topic: &str) -> String {
    let answer = device.request(topic, "x", QoS::AtMostOnce).await;
    assert_eq!(answer.topic, format!("{topic}/error"));
    answer.payload
}

#[proves("KP-005")]
#[tokio::test]
async fn what_is_not_allowed_is_refused_and_the_connection_stays_kaa_unverified() {
    let mut platform = Platform::start().await;
    platform.echo("dcx").await;
    let mut device = Device::connect(platform.address()).await;
    let refused = r#"{"statusCode":401,"reasonPhrase":"the endpoint token is not valid"}"#;
    assert_eq!(error(&mut device, "kp1/demo-v1/dcx/wrong/json/1").await, refused);
    assert_eq!(error(&mut device, "kp1/demo-v1/dcx/wrong/json").await, refused);
    let unknown = r#"{"statusCode":404,"reasonPhrase":"there is no such application version"}"#;
    assert_eq!(error(&mut device, "kp1/demo-v9/dcx/tok-1/json/1").await, unknown);
    let forbidden = r#"{"statusCode":403,"reasonPhrase":"the application version may not use this extension"}"#;
    assert_eq!(error(&mut device, "kp1/demo-v1/rsx/tok-1/json/1").await, forbidden);
    assert!(error(&mut device, "kp1/demo-v2/r.sx/tok-1/json/1").await.contains("404"));

    let answer = device.request("kp1/demo-v2/dcx/tok-1/json/1", "x", QoS::AtMostOnce).await;
    assert_eq!(answer.topic, "kp1/demo-v2/dcx/tok-1/json/1/status");
    for (outcome, count) in [("refused-token", 2), ("not-found", 2), ("forbidden-extension", 1), ("forwarded", 1)] {
        assert_eq!(platform.count("uplinks", outcome), count, "{outcome}");
    }
}

#[proves("KP-001", "KP-003")]
#[tokio::test]
async fn what_is_no_topic_of_1_kp_is_counted_and_ignored() {
    let mut platform = Platform::start().await;
    platform.echo("dcx").await;
    let mut device = Device::connect(platform.address()).await;
    let bad = [
        "kp2/demo-v1/dcx/tok-1/json/1",
        "KP1/demo-v1/dcx/tok-1/json/1",
        "demo-v1/dcx/tok-1/json/1",
        "kp1/a",
        "kp1/demo-v1/dcx",
        "kp1//dcx/tok-1/json/1",
        "kp1/demo-v1//tok-1/json/1",
        "kp1/demo-v1/dcx//json/1",
        "/kp1/demo-v1/dcx/tok-1/json/1",
        "/",
        "kp1",
    ];
    for topic in bad {
        device.hand_over(topic, "x").await;
    }
    assert_eq!(platform.count("uplinks", "bad-topic"), bad.len() as u64);
    let answer = device.request("kp1/demo-v1/dcx/tok-1/json/1", "x", QoS::AtMostOnce).await;
    assert_eq!(answer.topic, "kp1/demo-v1/dcx/tok-1/json/1/status", "nothing was answered before");
}

#[proves("KP-006")]
#[tokio::test]
async fn one_of_two_instances_of_an_extension_gets_a_message() {
    let mut platform = Platform::start().await;
    let (mut a, mut b) = (platform.echo("dcx-a").await, platform.echo("dcx-b").await);
    let mut device = Device::connect(platform.address()).await;
    for (instance, seen, other) in [("dcx-a", 0, 1), ("dcx-b", 1, 0)] {
        let topic = format!("kp1/demo-v2/{instance}/tok-1/json/{seen}");
        let answer = device.request(&topic, "x", QoS::AtMostOnce).await;
        assert_eq!(answer.topic, format!("{topic}/status"));
        let got = [a.try_recv().is_ok(), b.try_recv().is_ok()];
        assert!(got[seen] && !got[other], "{instance}");
    }
}

#[proves("KP-008", "ESP-005")]
#[tokio::test]
async fn an_endpoint_unaware_extension_gets_no_endpoint() {
    let mut platform = Platform::start().await;
    let mut seen = platform.echo("tsx").await;
    let mut device = Device::connect(platform.address()).await;
    let answer = device.request("kp1/demo-v1/tsx/tok-1/time/7", "x", QoS::AtMostOnce).await;
    assert_eq!(answer.topic, "kp1/demo-v1/tsx/tok-1/time/7/status");
    let data = seen.recv().await.unwrap();
    assert_eq!((data.endpoint_id, data.resource_path.as_str(), data.request_id), (None, "/tok-1/time", Some(7)));
    assert_eq!(platform.tokens.asked("tok-1"), 0);
    platform.no_event();
}

// D-24
#[proves("ESP-010", "ESP-011")]
#[tokio::test]
async fn a_config_name_is_given_apart_and_the_path_stays_whole() {
    let mut platform = Platform::start().await;
    let mut seen = platform.echo("cmx").await;
    let mut device = Device::connect(platform.address()).await;
    device.request("kp1/demo-v1/cmx/tok-1/config/json/network/7", "{}", QoS::AtMostOnce).await;
    let data = seen.recv().await.unwrap();
    assert_eq!((data.resource_path.as_str(), data.config_name.as_deref()), ("/config/json/network", Some("network")));
    device.request("kp1/demo-v1/cmx/tok-1/config/json/7", "{}", QoS::AtMostOnce).await;
    assert_eq!(seen.recv().await.unwrap().config_name, None);
}

#[tokio::test]
async fn the_suffixes_of_responses_are_ordinary_levels_of_a_request() {
    let mut platform = Platform::start().await;
    let mut seen = platform.echo("dcx").await;
    let mut device = Device::connect(platform.address()).await;
    device.hand_over("kp1/demo-v1/dcx/tok-1/json/1/status", "x").await;
    let data = seen.recv().await.unwrap();
    assert_eq!((data.resource_path.as_str(), data.request_id), ("/json/1/status", None));
}
