//! The dialect `rfc`.

use kaa_proves::proves;
use rumqttc::{QoS, SubscribeReasonCode};

use crate::{device::Device, platform::Platform};

#[proves("KP-004", "KP-021")]
#[tokio::test]
async fn only_subscribed_topics_are_delivered_and_errors_without_id_are_not() {
    let mut platform = Platform::with("kaa.kpc.dialect: rfc").await;
    platform.echo("dcx").await;
    let mut device = Device::connect(platform.address()).await;
    device.hand_over("kp1/demo-v1/dcx/tok-1/json/1", "not subscribed").await;
    assert_eq!(
        device.subscribe("kp1/demo-v1/dcx/tok-1/json/+/status", QoS::AtLeastOnce).await,
        [SubscribeReasonCode::Success(QoS::AtLeastOnce)]
    );
    let answer = device.request("kp1/demo-v1/dcx/tok-1/json/2", "subscribed", QoS::ExactlyOnce).await;
    assert_eq!((answer.payload.as_str(), answer.qos), ("subscribed", QoS::AtLeastOnce));
    device.subscribe("kp1/#", QoS::AtMostOnce).await;
    device.hand_over("kp1/demo-v1/dcx/wrong/json", "silence").await;
    let answer = device.request("kp1/demo-v1/dcx/wrong/json/3", "x", QoS::AtMostOnce).await;
    assert_eq!(answer.topic, "kp1/demo-v1/dcx/wrong/json/3/error", "KP-021: nothing came before it");
    assert_eq!(platform.count("downlinks", "not-subscribed"), 1);
}
