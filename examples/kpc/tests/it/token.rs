//! Asking about tokens.

use kaa_ism::Status;
use kaa_proves::proves;
use rumqttc::QoS;

use crate::{
    device::Device,
    platform::{Platform, soon},
    raw::{Raw, publish},
};

#[tokio::test]
async fn one_hundred_messages_ask_once() {
    let mut platform = Platform::start().await;
    platform.echo("dcx").await;
    let mut device = Device::connect(platform.address()).await;
    for n in 0..100 {
        device.publish(&format!("kp1/demo-v1/dcx/tok-slow/json/{n}"), "x", QoS::AtMostOnce).await;
    }
    // Behind all of them, and answered before them: they are under way.
    let answer = device.request("kp1/demo-v1/dcx/tok-1/json/1", "x", QoS::AtMostOnce).await;
    assert_eq!(answer.topic, "kp1/demo-v1/dcx/tok-1/json/1/status");
    platform.tokens.open();
    for n in 0..100 {
        assert_eq!(device.message().await.topic, format!("kp1/demo-v1/dcx/tok-slow/json/{n}/status"));
    }
    assert_eq!((platform.tokens.asked("tok-slow"), platform.tokens.asked("tok-1")), (1, 1));
}

#[proves("KP-042")]
#[tokio::test]
async fn a_slow_token_delays_no_other_and_its_messages_stay_in_order() {
    let mut platform = Platform::start().await;
    let mut seen = platform.echo("dcx").await;
    let mut device = Device::connect(platform.address()).await;
    device.publish("kp1/demo-v1/dcx/tok-slow/json/1", "slow 1", QoS::AtMostOnce).await;
    device.publish("kp1/demo-v1/dcx/tok-slow/json", "slow 2", QoS::AtMostOnce).await;
    let answer = device.request("kp1/demo-v1/dcx/tok-1/json/3", "quick", QoS::AtMostOnce).await;
    assert_eq!(answer.payload, "quick");
    platform.tokens.open();
    assert_eq!(device.message().await.payload, "slow 1");
    for payload in ["quick", "slow 1", "slow 2"] {
        assert_eq!(soon(seen.recv()).await.unwrap().payload, payload);
    }
}

#[proves("KP-012")]
#[tokio::test]
async fn nothing_is_acknowledged_before_it_has_been_handed_over() {
    let platform = Platform::start().await;
    let _extension = platform.silent("dcx").await;
    let mut raw = Raw::connected(platform.address()).await;
    raw.send(&publish(0x32, "kp1/demo-v1/dcx/tok-slow/json", Some(7), b"x")).await;
    raw.send(&[0xc0, 0]).await;
    raw.expect(&[0xd0, 0]).await;
    platform.tokens.open();
    raw.expect(&[0x40, 2, 0, 7]).await;
    // A request whose answer is outstanding is acknowledged all the same.
    raw.send(&publish(0x32, "kp1/demo-v1/dcx/tok-slow/json/1", Some(8), b"x")).await;
    raw.expect(&[0x40, 2, 0, 8]).await;
}

#[tokio::test]
async fn a_wrong_token_is_asked_about_once_and_a_failure_every_time() {
    let mut platform = Platform::start().await;
    platform.echo("dcx").await;
    let mut device = Device::connect(platform.address()).await;
    for id in 0..10 {
        let answer = device.request(&format!("kp1/demo-v1/dcx/wrong/json/{id}"), "x", QoS::AtMostOnce).await;
        assert!(answer.payload.contains("401"));
    }
    assert_eq!(platform.tokens.asked("wrong"), 1);

    *platform.tokens.failing.lock().unwrap() = Some(Status::unavailable("the store is down"));
    let answer = device.request("kp1/demo-v1/dcx/tok-1/json/1", "x", QoS::AtMostOnce).await;
    assert!(answer.payload.contains("503"), "{}", answer.payload);
    *platform.tokens.failing.lock().unwrap() = None;
    let answer = device.request("kp1/demo-v1/dcx/tok-1/json/1", "x", QoS::AtMostOnce).await;
    assert_eq!(answer.payload, "x");
    assert_eq!(platform.tokens.asked("tok-1"), 2);
}

#[tokio::test]
async fn a_provider_that_is_not_there_is_503_and_one_that_is_silent_504() {
    let platform = Platform::with("kaa.kpc.ecap.provider.service-instance.name: nobody").await;
    let mut device = Device::connect(platform.address()).await;
    let answer = device.request("kp1/demo-v1/dcx/tok-1/json/1", "x", QoS::AtMostOnce).await;
    assert!(answer.payload.contains("503"), "{}", answer.payload);

    let platform = Platform::with("kaa.kpc.ecap.timeout: 100").await;
    let mut device = Device::connect(platform.address()).await;
    let answer = device.request("kp1/demo-v1/dcx/tok-slow/json/1", "x", QoS::AtMostOnce).await;
    assert!(answer.payload.contains("504"), "{}", answer.payload);
    assert_eq!(platform.count("uplinks", "unresolved-token"), 1);
}

#[tokio::test]
async fn a_token_that_is_too_long_is_refused_without_asking() {
    let mut platform = Platform::with("kaa.kpc.limits.token-length: 8").await;
    platform.echo("dcx").await;
    let mut device = Device::connect(platform.address()).await;
    for _ in 0..2 {
        let answer = device.request("kp1/demo-v1/dcx/tok-12345/json/1", "x", QoS::AtMostOnce).await;
        assert!(answer.payload.contains("401") && answer.payload.contains("the endpoint token is not valid"));
    }
    let answer = device.request("kp1/demo-v1/dcx/tok-1234/json/1", "x", QoS::AtMostOnce).await;
    assert_eq!(answer.payload, "x");
    assert_eq!((platform.tokens.asked("tok-12345"), platform.tokens.asked("tok-1234")), (0, 1));
    assert_eq!(platform.count("uplinks", "refused-token"), 2);
    let lookups = |outcome| platform.kpc.handle().metrics().sum("kpc_token_lookups_total", ("outcome", outcome));
    assert_eq!(lookups("refused-cached"), 0);
}
