//! What a device sees, with the clients of mosquitto and with one of our own.

use kaa_endpoint::dstp::DataSamplesEvent;
use kaa_protocol::ErrorResponse;
use kaa_proves::proves;

use crate::harness::{
    Answer, Endpoint, NatsServer, TestPlatform, Version, Wire, eventually, garbage, publish_lines, request,
};

const SAMPLES: &str = "kaa.v1.events.dcx.endpoint.data-collection.data-samples-received";
const SAMPLE: &str = r#"{"temperature":21}"#;

#[derive(Clone, Copy, Debug)]
enum Bus {
    Embedded,
    Nats,
}

/// A platform with one endpoint, and the wire if there is one.
struct Setting {
    platform: TestPlatform,
    endpoint: Endpoint,
    wire: Option<Wire>,
    _nats: Option<NatsServer>,
}

impl Setting {
    async fn new(bus: Bus) -> Self {
        let nats = match bus {
            Bus::Embedded => None,
            Bus::Nats => Some(NatsServer::start().await),
        };
        let (platform, wire) = match &nats {
            None => (TestPlatform::embedded().await, None),
            Some(nats) => (TestPlatform::on(nats).await, Some(Wire::tap(nats, "kaa.v1.events.>").await)),
        };
        Self { endpoint: platform.register().await, platform, wire, _nats: nats }
    }

    /// Exactly these samples of the endpoint have been broadcast, each in an event of its own. The last one has to be
    /// sent last.
    async fn broadcast(&self, samples: &[&str]) {
        self.platform.saw_samples(&self.endpoint, samples.len() as u64).await;
        let Some(wire) = &self.wire else { return };
        let last = samples.last().unwrap().as_bytes();
        wire.message(SAMPLES, |event: &DataSamplesEvent| event.data_samples.iter().any(|sample| sample == last)).await;
        let events = wire.all::<DataSamplesEvent>(SAMPLES);
        let seen = events.iter().map(|event| {
            assert_eq!((event.endpoint_id.as_str(), event.app_version_name.as_str()), (&*self.endpoint.id, "demo-v1"));
            assert_eq!(event.content_type, "application/json");
            assert_eq!(event.data_samples.len(), 1);
            event.data_samples[0].as_ref()
        });
        assert!(seen.eq(samples.iter().map(|sample| sample.as_bytes())), "{events:?}");
    }
}

async fn samples_are_acknowledged_and_broadcast(bus: Bus, version: Version) {
    let setting = Setting::new(bus).await;
    let (address, topic) = (setting.platform.mqtt(), setting.endpoint.topic("dcx", "json/42"));
    let payload = request(version, address, &topic, "status", &format!("[{SAMPLE}]")).await;
    assert_eq!(payload, "", "DCP-008");
    setting.broadcast(&[SAMPLE]).await;
    // Without a request id, one after the other over one connection; what is no JSON is not broadcast, and stops nothing.
    let topic = setting.endpoint.topic("dcx", "json");
    publish_lines(version, address, &topic, &["[1]", "not json", "[2]", "[3]"]).await;
    setting.broadcast(&[SAMPLE, "1", "2", "3"]).await;
}

async fn errors_say_what_is_wrong(bus: Bus, version: Version) {
    let setting = Setting::new(bus).await;
    let own = setting.endpoint.topic("dcx", "json/42");
    for (topic, payload, code) in [
        (own.as_str(), "not json", 400),
        (&setting.endpoint.topic("dcx", "no-such-resource/42"), "[1]", 404),
        ("kp1/demo-v1/dcx/no-such-token/json/42", "[1]", 401),
        (&own.replace("demo-v1", "no-such-version"), "[1]", 404),
        (&setting.endpoint.topic("no-such-extension", "json/42"), "[1]", 503),
    ] {
        let answer = request(version, setting.platform.mqtt(), topic, "error", payload).await;
        let error = ErrorResponse::parse(answer.as_bytes()).expect("KP-027");
        assert_eq!(error.status_code, code, "{topic} {payload}: {answer}");
        assert!(!error.reason_phrase.is_empty(), "KP-028: {answer}");
        assert!(!error.reason_phrase.contains(&setting.endpoint.token), "{answer}");
    }
}

async fn what_is_no_topic_of_ours_is_counted_and_the_connection_stays(bus: Bus, version: Version) {
    let setting = Setting::new(bus).await;
    let device = setting.platform.device(version).await;
    let topic = setting.endpoint.topic("dcx", "json/1");
    let strange = [format!("kp2{}", topic.strip_prefix("kp1").unwrap()), "kp1/a".into(), "kp1//dcx/t/json".into()];
    for topic in &strange {
        device.publish(topic, b"[1]").await.unwrap();
    }
    assert_eq!(device.ask(&topic, b"[1]").await, Answer::Status("".into()));
    let counted = setting.platform.metric("kpc_uplinks_total", &[("outcome", "bad-topic")]).await;
    assert_eq!(counted, 3);
    setting.platform.saw_samples(&setting.endpoint, 1).await;
}

async fn garbage_closes_its_own_connection_only(bus: Bus, version: Version) {
    let setting = Setting::new(bus).await;
    let topic = setting.endpoint.topic("dcx", "json/1");
    let (good, bad) = (setting.platform.device(version).await, setting.platform.device(version).await);
    assert_eq!(bad.ask(&topic, b"[1]").await, Answer::Status("".into()));
    // In front of CONNECT, and behind it.
    garbage(setting.platform.mqtt()).await;
    bad.send(&[0xff; 512]).await.unwrap();
    bad.closed().await;
    assert_eq!(good.ask(&topic, b"[2]").await, Answer::Status("".into()));
    assert!(good.is_open());
    setting.platform.saw_samples(&setting.endpoint, 2).await;
}

async fn the_end_of_a_connection_is_announced_once(bus: Bus, version: Version) {
    let setting = Setting::new(bus).await;
    let device = setting.platform.device(version).await;
    for number in 1..=3 {
        let topic = setting.endpoint.topic("dcx", &format!("json/{number}"));
        assert_eq!(device.ask(&topic, b"[1]").await, Answer::Status("".into()));
    }
    device.disconnect().await;
    let id = &setting.endpoint.id;
    let events = eventually("a disconnected event", async || {
        let seen = setting.platform.rest.get("/minikaa/api/v1/events").await;
        seen["endpoint.connectivity.disconnected"]["endpoints"][id].is_number().then_some(seen)
    });
    let events = events.await;
    for kind in ["connected", "disconnected"] {
        assert_eq!(events[format!("endpoint.connectivity.{kind}")]["endpoints"][id], 1, "ELCE-003, ELCE-006: {kind}");
    }
}

macro_rules! on_every_bus_and_version {
    ($($(#[$($attribute:tt)*])* fn $test:ident;)*) => {$(
        mod $test {
            use super::*;

            $(#[$($attribute)*])*
            #[tokio::test(flavor = "multi_thread")]
            async fn nats_mqtt_3_1_1() {
                super::$test(Bus::Nats, Version::V311).await;
            }

            $(#[$($attribute)*])*
            #[tokio::test(flavor = "multi_thread")]
            async fn nats_mqtt_3_1() {
                super::$test(Bus::Nats, Version::V31).await;
            }

            $(#[$($attribute)*])*
            #[tokio::test(flavor = "multi_thread")]
            async fn embedded_mqtt_3_1_1() {
                super::$test(Bus::Embedded, Version::V311).await;
            }

            $(#[$($attribute)*])*
            #[tokio::test(flavor = "multi_thread")]
            async fn embedded_mqtt_3_1() {
                super::$test(Bus::Embedded, Version::V31).await;
            }
        }
    )*};
}

on_every_bus_and_version! {
    #[proves("KP-016", "KP-022", "KP-038", "KP-043", "DCP-003", "DCP-004", "DCP-008", "DSTP-003", "DSTP-004")]
    fn samples_are_acknowledged_and_broadcast;

    #[proves("KP-005", "KP-023", "KP-027", "KP-028", "DCP-001", "DCP-003", "DCP-004", "ESP-021", "ESP-022")]
    fn errors_say_what_is_wrong;

    #[proves("KP-001", "KP-002", "KP-003")]
    fn what_is_no_topic_of_ours_is_counted_and_the_connection_stays;

    // One client cannot harm another.
    fn garbage_closes_its_own_connection_only;

    #[proves("ELCE-003", "ELCE-006")]
    fn the_end_of_a_connection_is_announced_once;
}
