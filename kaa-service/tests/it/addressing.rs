//! Service subjects, replica subjects and queue groups.

use kaa_esp::{ClientData, ExtensionData, communication};
use kaa_ism::{Bus as _, Context, Message as _};
use kaa_proves::proves;
use kaa_service::{RunningService, Settings};

use crate::support::*;

fn service_messages(replica: &RunningService) -> u64 {
    replica.handle().metrics().sum("kaa_messages_total", ("message", "ClientData"))
}

fn replica_subject(replica: &RunningService, kind: &str) -> String {
    format!("kaa.v1.replica.{}.{kind}", replica.handle().identity().replica)
}

#[proves("ISM-002")]
#[tokio::test(start_paused = true)]
async fn ten_messages_to_two_replicas_are_ten_deliveries() {
    let mut world = World::new().await;
    let replicas = [world.serve(scripted()).await, world.serve(scripted()).await];
    for _ in 0..10 {
        world.send(request("/ok")).await;
    }
    for _ in 0..10 {
        world.answer().await;
    }
    idle().await;
    assert!(world.answers().is_empty());
    let counts = replicas.each_ref().map(service_messages);
    assert_eq!(counts.iter().sum::<u64>(), 10);
    assert!(!counts.contains(&0));
}

#[proves("ISM-004")]
#[tokio::test(start_paused = true)]
async fn any_replica_alone_gets_every_message() {
    let mut world = World::new().await;
    let (first, second) = (world.serve(scripted()).await, world.serve(scripted()).await);
    drop(first);
    idle().await;
    for _ in 0..10 {
        world.send(request("/ok")).await;
        assert_eq!(world.status().await.0, 200);
    }
    assert_eq!(service_messages(&second), 10);
}

#[proves("ISM-006")]
#[tokio::test(start_paused = true)]
async fn a_message_to_one_replica_is_handled_there_and_answered() {
    let mut world = World::new().await;
    let (first, second) = (world.serve(scripted()).await, world.serve(scripted()).await);
    let to = replica_subject(&second, "esp.ClientData");
    for path in ["/1", "/2-later", "/3"] {
        let reply_to = Some("kaa.v1.replica.peer.esp.ExtensionData");
        world.peer.publish(&to, reply_to, request(path).to_bytes()).await;
        assert_eq!(world.answer().await.resource_path, path);
    }
    assert_eq!((service_messages(&first), service_messages(&second)), (0, 3));
}

// D-22
#[proves("ISM-022")]
#[tokio::test(start_paused = true)]
async fn an_answer_goes_to_reply_to_as_it_stands() {
    let world = World::new().await;
    let _ext = world.serve(scripted()).await;
    let mut inbox = Raw::listen(&world.bus, "_INBOX.x.1").await;
    world.peer.publish("kaa.v1.service.ext.esp.ClientData", Some("_INBOX.x.1"), request("/ok").to_bytes()).await;
    assert_eq!(ExtensionData::decode(&inbox.next().await.body).unwrap().status_code, 200);
}

#[tokio::test(start_paused = true)]
async fn a_message_to_a_replica_that_plays_no_role_for_it_is_counted() {
    let world = World::new().await;
    let ext = world.serve(scripted()).await;
    world.peer.publish(&replica_subject(&ext, "cdtp.response"), None, "x").await;
    world.peer.publish(&replica_subject(&ext, "one"), None, "x").await;
    world.peer.publish(&replica_subject(&ext, "one.two.three"), None, "x").await;
    idle().await;
    assert_eq!(counter(&ext.handle(), "kaa_late_answers_total"), 1);
    assert_eq!(ext.handle().metrics().sum("kaa_replica_messages_total", ("outcome", "unknown")), 2);
}

#[proves("ESP-019")]
#[tokio::test(start_paused = true)]
async fn instance_and_replica_come_from_the_settings() {
    let mut world = World::new().await;
    let settings = Settings::from_yaml("ext", "service.instance: {name: other, replica.id: r7}").unwrap();
    let _other = kaa_service::Service::new(settings, world.bus.clone()).serve(scripted()).start().await.unwrap();
    for to in ["kaa.v1.service.other.esp.ClientData", "kaa.v1.replica.r7.esp.ClientData"] {
        let reply_to = Some("kaa.v1.replica.peer.esp.ExtensionData");
        world.peer.publish(to, reply_to, request("/ok").to_bytes()).await;
        assert_eq!(world.answer().await.extension_instance_name.as_deref(), Some("other"));
    }
}

#[proves("ESP-003", "ESP-013")]
#[tokio::test(start_paused = true)]
async fn answers_nobody_called_for_come_to_the_communication_service() {
    let world = World::new().await;
    let (tell, mut delivered) = tokio::sync::mpsc::unbounded_channel();
    let role = communication(move |data: ExtensionData, _: Context| {
        tell.send(data).unwrap();
        async { Ok(()) }
    });
    let kpc = world.service("kpc").serve(role).start().await.unwrap();
    let _ext = world.serve(scripted()).await;
    let esp = kaa_esp::Esp::esp(&kpc.handle());
    let data = |path: &str| -> ClientData { request(path) };
    esp.send(&instance("ext"), data("/sent"), kaa_ism::SendOptions::default()).await.unwrap();
    assert_eq!(delivered.recv().await.unwrap().resource_path, "/sent");
    let answer = esp.call(&instance("ext"), data("/called"), kaa_ism::SendOptions::default()).await.unwrap();
    assert_eq!(answer.resource_path, "/called");
    idle().await;
    assert!(delivered.try_recv().is_err(), "what is called for comes to the caller alone");
}
