//! Sessions that stay with a replica of an extension.

use std::time::Duration;

use futures::StreamExt as _;
use kaa_esp::{ClientData, Context, Esp as _, ExtensionData, Reply, extension};
use kaa_ism::{Bus as _, InstanceName, Message as _, Request as _, SendOptions, Status, SubjectFilter};
use kaa_proves::proves;
use kaa_service::{
    RunningService, Service, Settings,
    transport::{Delivery, Transport as _},
};
use rumqttc::QoS;
use tokio::sync::mpsc;

use crate::{
    device::{Device, Message},
    platform::{Platform, soon},
};

/// A replica of the extension `cex` that does what the path says, answers with its own id, and tells what it got.
struct Replica {
    service: RunningService,
    seen: mpsc::UnboundedReceiver<ClientData>,
}

impl Replica {
    async fn start(platform: &Platform, id: &'static str) -> Self {
        let (tell, seen) = mpsc::unbounded_channel();
        let role = extension(move |data: ClientData, _: Context| {
            // Not every test listens.
            let _ = tell.send(data.clone());
            std::future::ready(match data.resource_path.as_str() {
                "/stay" => Ok(Reply::bytes(id).pinned()),
                "/refuse" => Err(Status::conflict(id)),
                _ => Ok(Reply::bytes(id)),
            })
        });
        let settings = Settings::from_yaml("cex", &format!("service.instance.replica.id: {id}")).unwrap();
        let service = Service::new(settings, platform.bus.clone()).serve(role).start().await.unwrap();
        Self { service, seen }
    }

    async fn seen(&mut self) -> ClientData {
        soon(self.seen.recv()).await.unwrap()
    }

    /// Goes without having been asked for anything more.
    async fn gone(mut self) {
        soon(self.service.shutdown()).await;
        while self.seen.try_recv().is_ok() {}
    }
}

/// Asks `cex` in the name of an endpoint.
async fn ask(device: &mut Device, token: &str, path: &str) -> Message {
    device.request(&format!("kp1/demo-v1/cex/{token}/{path}/1"), "x", QoS::AtMostOnce).await
}

/// Which replica answers.
async fn who(device: &mut Device, token: &str, path: &str) -> String {
    ask(device, token, path).await.payload
}

fn kpc() -> InstanceName {
    InstanceName::parse("kpc").unwrap()
}

fn question() -> ExtensionData {
    ExtensionData::new("/question", 200).with_endpoint_id("ep-1").with_payload("well?")
}

#[proves("ESP-001", "ESP-002", "ESP-014")]
#[tokio::test]
async fn the_rest_of_a_session_goes_to_the_replica_that_asks_for_it() {
    let platform = Platform::start().await;
    let _replicas = [Replica::start(&platform, "c1").await, Replica::start(&platform, "c2").await];
    let mut device = Device::connect(platform.address()).await;
    let first = who(&mut device, "tok-1", "stay").await;
    for _ in 0..5 {
        assert_eq!(who(&mut device, "tok-1", "stay").await, first);
    }
    let mut other = Device::with_id(platform.address(), "other").await;
    for _ in 0..5 {
        assert_eq!(who(&mut other, "tok-1b", "stay").await, first, "the same endpoint");
    }
    assert!(ask(&mut device, "tok-1", "refuse").await.payload.contains(&first), "an error changes nothing");
    assert_eq!(who(&mut device, "tok-1", "go").await, first);
    assert_eq!((platform.count("pins", "pinned"), platform.count("pins", "unpinned")), (1, 1));
    let mut any = [who(&mut device, "tok-1", "go").await, who(&mut device, "tok-1", "go").await];
    any.sort();
    assert_eq!(any, ["c1", "c2"]);
}

#[proves("ESP-002")]
#[tokio::test]
async fn messages_without_request_id_go_there_too_and_all_of_them_in_order() {
    let platform = Platform::start().await;
    let mut replicas = [Replica::start(&platform, "c1").await, Replica::start(&platform, "c2").await];
    let mut device = Device::connect(platform.address()).await;
    let first = who(&mut device, "tok-1", "stay").await;
    replicas.sort_by_key(|replica| replica.service.handle().identity().replica.as_str() != first);
    let [mut pinned, mut other] = replicas;
    assert_eq!(pinned.seen().await.resource_path, "/stay");
    for n in 0..200 {
        let id = if n % 3 == 0 { "" } else { "/7" };
        device.publish(&format!("kp1/demo-v1/cex/tok-1/stay{id}"), &n.to_string(), QoS::AtMostOnce).await;
    }
    let reading = async {
        for n in 0..200 {
            let data = pinned.seen().await;
            assert_eq!((data.payload, data.request_id.is_none()), (n.to_string().into(), n % 3 == 0));
        }
    };
    tokio::select! {
        () = reading => {}
        () = async { loop { device.message().await; } } => {}
    }
    assert!(other.seen.try_recv().is_err());
}

#[proves("ESP-002")]
#[tokio::test]
async fn when_the_replica_is_gone_the_instance_gets_the_message_and_the_session_is_free() {
    // Nothing here waits for a deadline.
    let platform = Platform::with("kaa.kpc.extension.timeout: 600000").await;
    let first = Replica::start(&platform, "c1").await;
    let mut device = Device::connect(platform.address()).await;
    assert_eq!(who(&mut device, "tok-1", "stay").await, "c1");
    let mut second = Replica::start(&platform, "c2").await;
    first.gone().await;
    let answer = ask(&mut device, "tok-1", "go").await;
    assert_eq!((answer.topic.as_str(), answer.payload.as_str()), ("kp1/demo-v1/cex/tok-1/go/1/status", "c2"));
    assert_eq!((platform.count("pins", "lost"), platform.count("requests", "no-responders")), (1, 0));
    assert!((1..=600_000).contains(&second.seen().await.timeout), "what is left of its time");
    let _third = Replica::start(&platform, "c3").await;
    let mut any = [who(&mut device, "tok-1", "go").await, who(&mut device, "tok-1", "go").await];
    any.sort();
    assert_eq!(any, ["c2", "c3"]);
}

#[proves("ESP-002")]
#[tokio::test]
async fn one_without_request_id_goes_on_to_the_instance_too() {
    let platform = Platform::start().await;
    let first = Replica::start(&platform, "c1").await;
    let mut device = Device::connect(platform.address()).await;
    assert_eq!(who(&mut device, "tok-1", "stay").await, "c1");
    let mut second = Replica::start(&platform, "c2").await;
    first.gone().await;
    device.hand_over("kp1/demo-v1/cex/tok-1/go", "farewell").await;
    device.disconnect().await;
    assert_eq!(second.seen().await.payload, "farewell");
    assert_eq!(platform.count("pins", "lost"), 1);
}

#[tokio::test]
async fn when_all_replicas_are_gone_the_client_is_told_so() {
    let platform = Platform::start().await;
    let first = Replica::start(&platform, "c1").await;
    let mut device = Device::connect(platform.address()).await;
    for token in ["tok-1", "tok-2"] {
        assert_eq!(who(&mut device, token, "stay").await, "c1");
    }
    first.gone().await;
    for (path, topic) in [("tok-1/go/1", "tok-1/go/1/error"), ("tok-2/go", "tok-2/go/error")] {
        let answer = device.request(&format!("kp1/demo-v1/cex/{path}"), "x", QoS::AtMostOnce).await;
        assert_eq!(answer.topic, format!("kp1/demo-v1/cex/{topic}"));
        assert!(answer.payload.contains("503"), "{}", answer.payload);
    }
    assert_eq!((platform.count("pins", "lost"), platform.count("requests", "no-responders")), (2, 2));
}

#[tokio::test]
async fn a_replica_that_does_not_answer_in_time_loses_the_session() {
    let platform = Platform::with("kaa.kpc.extension.timeout: 100").await;
    let first = Replica::start(&platform, "c1").await;
    let mut device = Device::connect(platform.address()).await;
    assert_eq!(who(&mut device, "tok-1", "stay").await, "c1");
    first.gone().await;
    let filter = SubjectFilter::parse("kaa.v1.replica.c1.esp.ClientData").unwrap();
    let mut silent = platform.bus.subscribe(filter, None).await.unwrap();
    let _second = Replica::start(&platform, "c2").await;
    device.hand_over("kp1/demo-v1/cex/tok-1/go", "silence is no failure without request id").await;
    let answer = ask(&mut device, "tok-1", "go").await;
    assert!(answer.payload.contains("504"), "it may have been handled, so it is not sent again: {}", answer.payload);
    for _ in 0..2 {
        assert!(matches!(soon(silent.next()).await, Some(Delivery::Message(_))));
    }
    assert_eq!(who(&mut device, "tok-1", "go").await, "c2");
    assert_eq!(platform.count("pins", "lost"), 1);
}

#[proves("ESP-002", "ESP-014")]
#[tokio::test]
async fn a_push_may_ask_for_the_session() {
    let platform = Platform::start().await;
    let (_first, second) = (Replica::start(&platform, "c1").await, Replica::start(&platform, "c2").await);
    let esp = second.service.handle().esp();
    esp.push_pinned(&kpc(), question(), SendOptions::default()).await.unwrap();
    platform.counted("downlinks", "not-connected", 1).await;
    assert_eq!(platform.count("pins", "pinned"), 0, "nobody is here who could stay");

    let mut device = Device::connect(platform.address()).await;
    who(&mut device, "tok-1", "go").await;
    esp.push_pinned(&kpc(), question(), SendOptions::default()).await.unwrap();
    let message = device.message().await;
    assert_eq!((message.topic.as_str(), message.payload.as_str()), ("kp1/demo-v1/cex/tok-1/question/status", "well?"));
    for _ in 0..4 {
        assert_eq!(who(&mut device, "tok-1", "stay").await, "c2");
    }
    esp.push(&kpc(), question(), SendOptions::default()).await.unwrap();
    device.message().await;
    assert_eq!(who(&mut device, "tok-1", "go").await, "c2", "a push without replyTo says nothing about the session");
    assert_eq!((platform.count("pins", "pinned"), platform.count("pins", "unpinned")), (1, 1));
}

#[tokio::test]
async fn an_answer_that_comes_too_late_asks_in_vain() {
    let platform = Platform::with("kaa.kpc.extension.timeout: 100").await;
    let mut silent = platform.silent("cex").await;
    let mut device = Device::connect(platform.address()).await;
    assert!(ask(&mut device, "tok-1", "stay").await.payload.contains("504"));
    let Some(Delivery::Message(asked)) = soon(silent.next()).await else { panic!() };
    let mut late = ExtensionData::new("/stay", 200).with_endpoint_id("ep-1").with_request_id(1);
    late.correlation_id = ClientData::decode(&asked.body).unwrap().correlation_id;
    let late = late.with_extension_instance_name("cex");
    let mut cex = Service::new(Settings::new("cex").unwrap(), platform.bus.clone());
    let (to, reply_to) = (asked.reply_to.unwrap(), Some(ClientData::KIND));
    cex.handle().publish(to, reply_to, late, SendOptions::default()).await.unwrap();
    platform.counted("downlinks", "late", 1).await;
    assert_eq!(platform.count("pins", "pinned"), 0);
}

#[tokio::test]
async fn sessions_that_stay_are_bounded_by_number_and_age() {
    let platform = Platform::with("kaa.kpc.extension.pins: {size: 2, max-age: 600000}").await;
    let _replica = Replica::start(&platform, "c1").await;
    let mut device = Device::connect(platform.address()).await;
    for token in ["tok-1", "tok-2", "tok-3", "tok-4"] {
        who(&mut device, token, "stay").await;
    }
    assert_eq!((platform.count("pins", "pinned"), platform.count("pins", "evicted")), (4, 2));

    let platform = Platform::with("kaa.kpc.extension.pins.max-age: 1").await;
    let _replica = Replica::start(&platform, "c1").await;
    let mut device = Device::connect(platform.address()).await;
    soon(async {
        while platform.count("pins", "expired") == 0 {
            who(&mut device, "tok-1", "stay").await;
            // It grows older than it may be: each message renews it.
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    })
    .await;
}
