//! Endpoints that come and go.

use kaa_proves::proves;
use rumqttc::QoS;
use tokio::io::AsyncWriteExt as _;

use crate::{
    device::Device,
    platform::{Platform, connected, disconnected, soon},
    raw::{self, Raw},
};

#[proves("KP-038", "KP-039", "ELCE-002", "ELCE-003", "ELCE-004", "ELCE-005", "ELCE-007", "ELCE-008", "ELCE-019")]
#[tokio::test]
async fn a_gateway_is_announced_endpoint_by_endpoint_and_leaves_in_one_event() {
    let mut platform = Platform::start().await;
    let mut seen = platform.echo("dcx").await;
    let mut gateway = Device::connect(platform.address()).await;
    platform.no_event();
    for (token, endpoint) in [("tok-1", "ep-1"), ("tok-2", "ep-2"), ("tok-1", "ep-1"), ("tok-1b", "ep-1")] {
        let answer = gateway.request(&format!("kp1/demo-v1/dcx/{token}/json/1"), "x", QoS::AtMostOnce).await;
        assert_eq!(answer.topic, format!("kp1/demo-v1/dcx/{token}/json/1/status"));
        assert_eq!(seen.recv().await.unwrap().endpoint_id.as_deref(), Some(endpoint), "KP-039");
    }
    gateway.disconnect().await;
    assert_eq!(platform.event().await, connected("ep-1"));
    assert_eq!(platform.event().await, connected("ep-2"));
    assert_eq!(platform.event().await, disconnected(["ep-1", "ep-2"]));
    platform.ended("disconnected").await;
    platform.no_event();
}

#[proves("ELCE-006")]
#[tokio::test]
async fn every_end_of_a_connection_is_announced() {
    let mut platform = Platform::start().await;
    platform.echo("dcx").await;
    for end in ["reset", "keep-alive", "malformed"] {
        let mut raw = Raw::open(platform.address()).await;
        raw.send(&raw::connect("raw", 1)).await;
        raw.expect(&[0x20, 2, 0, 0]).await;
        raw.send(&raw::publish(0x32, "kp1/demo-v1/dcx/tok-1/json", Some(1), b"x")).await;
        raw.expect(&[0x40, 2, 0, 1]).await;
        assert_eq!(platform.event().await, connected("ep-1"), "{end}");
        match end {
            "reset" => {
                raw.0.set_zero_linger().unwrap();
                drop(raw);
            }
            "keep-alive" => raw.expect_end().await,
            _ => {
                raw.send(b"garbage, not MQTT").await;
                raw.expect_end().await;
            }
        }
        assert_eq!(platform.event().await, disconnected(["ep-1"]), "{end}");
    }
    assert_eq!(platform.count("connections", "keep-alive"), 1);
}

#[tokio::test]
async fn what_was_sent_before_the_end_reaches_the_extension() {
    let mut platform = Platform::start().await;
    let mut seen = platform.echo("dcx").await;
    let mut raw = Raw::connected(platform.address()).await;
    raw.send(&raw::publish(0x30, "kp1/demo-v1/dcx/tok-slow/json/1", None, b"farewell")).await;
    raw.send(&[0xe0, 0]).await;
    raw.0.shutdown().await.unwrap();
    raw.expect_end().await;
    platform.tokens.open();
    assert_eq!(soon(seen.recv()).await.unwrap().payload, "farewell");
    assert_eq!(platform.event().await, connected("ep-slow"));
    assert_eq!(platform.event().await, disconnected(["ep-slow"]));
    platform.ended("disconnected").await;
}

#[proves("ECAP-018", "ECAP-021")]
#[tokio::test]
async fn a_revoked_token_ends_its_session_at_once_and_the_others_stay() {
    let mut platform = Platform::start().await;
    platform.echo("dcx").await;
    let mut gateway = Device::connect(platform.address()).await;
    for token in ["tok-1", "tok-2"] {
        gateway.hand_over(&format!("kp1/demo-v1/dcx/{token}/json"), "x").await;
    }
    assert_eq!((platform.event().await, platform.event().await), (connected("ep-1"), connected("ep-2")));

    platform.revoke("tok-1").await;
    assert_eq!(platform.event().await, disconnected(["ep-1"]));
    let answer = gateway.request("kp1/demo-v1/dcx/tok-1/json/1", "x", QoS::AtMostOnce).await;
    assert!(answer.payload.contains("401"), "{}", answer.payload);
    let answer = gateway.request("kp1/demo-v1/dcx/tok-2/json/1", "x", QoS::AtMostOnce).await;
    assert_eq!(answer.topic, "kp1/demo-v1/dcx/tok-2/json/1/status");

    platform.revoke("tok-2").await;
    assert_eq!(platform.event().await, disconnected(["ep-2"]));
    gateway.ended().await;
    platform.ended("revoked").await;
    platform.no_event();
}

#[tokio::test]
async fn a_session_lasts_as_long_as_one_of_its_tokens() {
    let mut platform = Platform::start().await;
    platform.echo("dcx").await;
    let mut device = Device::connect(platform.address()).await;
    device.hand_over("kp1/demo-v1/dcx/tok-1/json", "x").await;
    device.hand_over("kp1/demo-v1/dcx/tok-1b/json", "x").await;
    assert_eq!(platform.event().await, connected("ep-1"));
    platform.revoke("tok-1b").await;
    let answer = device.request("kp1/demo-v1/dcx/tok-1/json/1", "x", QoS::AtMostOnce).await;
    assert_eq!(answer.payload, "x");
    platform.revoke("tok-1").await;
    assert_eq!(platform.event().await, disconnected(["ep-1"]));
    device.ended().await;
}

#[proves("KP-009")]
#[tokio::test]
async fn a_device_that_comes_back_before_its_old_connection_was_found_dead_stays_connected() {
    let mut platform = Platform::start().await;
    platform.echo("dcx").await;
    let mut old = Device::with_id(platform.address(), "old").await;
    old.hand_over("kp1/demo-v1/dcx/tok-1/json", "x").await;
    old.hand_over("kp1/demo-v1/dcx/tok-2/json", "x").await;
    let mut new = Device::with_id(platform.address(), "new").await;
    new.hand_over("kp1/demo-v1/dcx/tok-1/json", "x").await;
    for endpoint in ["ep-1", "ep-2", "ep-1"] {
        assert_eq!(platform.event().await, connected(endpoint));
    }
    old.disconnect().await;
    assert_eq!(platform.event().await, disconnected(["ep-2"]), "ep-1 is connected by the newer one");
    new.disconnect().await;
    assert_eq!(platform.event().await, disconnected(["ep-1"]));
}

#[tokio::test]
async fn sessions_of_a_connection_are_bounded() {
    let mut platform = Platform::with("kaa.kpc.limits.sessions-per-connection: 2").await;
    platform.echo("dcx").await;
    let mut device = Device::connect(platform.address()).await;
    for token in ["tok-1", "tok-2"] {
        device.hand_over(&format!("kp1/demo-v1/dcx/{token}/json"), "x").await;
    }
    let answer = device.request("kp1/demo-v1/dcx/tok-3/json/1", "x", QoS::AtMostOnce).await;
    assert!(answer.payload.contains("429"), "{}", answer.payload);
    let answer = device.request("kp1/demo-v1/dcx/tok-2/json/1", "x", QoS::AtMostOnce).await;
    assert_eq!(answer.payload, "x");
}

#[proves("ELCE-006")]
#[tokio::test]
async fn a_shutdown_disconnects_the_clients_and_says_so() {
    let mut platform = Platform::start().await;
    platform.echo("dcx").await;
    let mut device = Device::connect(platform.address()).await;
    device.hand_over("kp1/demo-v1/dcx/tok-1/json", "x").await;
    assert_eq!(platform.event().await, connected("ep-1"));
    let Platform { bus, kpc, tokens, events, services } = platform;
    soon(kpc.shutdown()).await;
    device.ended().await;
    let kpc = kpc::Kpc::start(crate::platform::settings(""), std::sync::Arc::new(bus.clone())).await.unwrap();
    let mut platform = Platform { bus, kpc, tokens, events, services };
    assert_eq!(platform.event().await, disconnected(["ep-1"]));
}
