//! 17/SCMP.

use kaa_ism::{Message as _, Role};
use kaa_platform::{
    Context, SendOptions, Status,
    service_config::{
        AnnounceError, BroadcastConfigurationUpdateEvent, Change, Scope, ServiceConfig as _,
        ServiceSpecificConfigurationUpdateEvent, listener,
    },
};
use kaa_proves::proves;
use tokio::sync::mpsc;

use crate::support::*;

type Changes = mpsc::UnboundedReceiver<Change>;

fn hearing() -> (impl Role, Changes) {
    let (tell, changes) = mpsc::unbounded_channel();
    let role = listener(instance("kpc"), move |change: Change, _: Context| {
        let told = tell.send(change).map_err(Status::internal);
        async { told }
    });
    (role, changes)
}

fn tenant() -> Scope {
    Scope::Tenant { tenant_id: "acme".to_owned() }
}

fn application() -> Scope {
    Scope::Application { tenant_id: "acme".to_owned(), app_name: "kettle".to_owned() }
}

fn version() -> Scope {
    let (tenant_id, app_name, app_ver_name) = ("acme".to_owned(), "kettle".to_owned(), "kettle-v2".to_owned());
    Scope::AppVersion { tenant_id, app_name, app_ver_name }
}

#[proves("SCMP-001", "SCMP-002", "SCMP-003")]
#[tokio::test(start_paused = true)]
async fn every_replica_of_every_service_hears_of_a_change_for_all() {
    let world = World::default();
    let ((first, mut heard), (second, mut also_heard)) = (hearing(), hearing());
    let (first, second) = (world.serve("kpc", first).await, world.serve("kpc", second).await);
    let tekton = world.sender("tekton").await;
    let changes = [Scope::Platform, tenant(), application(), version()].map(Change::upsert);
    let changes = [&changes[..], &[Change::delete(application())]].concat();
    let mut events = world.listen("kaa.v1.events.>").await;
    for change in &changes {
        tekton.handle().service_config().announce(change.clone(), SendOptions::default()).await.unwrap();
        let subject = next(&mut events).await.subject;
        assert_eq!(subject.as_str(), format!("kaa.v1.events.tekton.service.configuration.{}", change.update_type));
    }
    first.shutdown().await;
    second.shutdown().await;
    assert_eq!((told(&mut heard), told(&mut also_heard)), (changes.clone(), changes));
}

#[proves("SCMP-006", "SCMP-007")]
#[tokio::test(start_paused = true)]
async fn every_replica_of_one_service_hears_of_a_change_for_it() {
    let world = World::default();
    let ((first, mut heard), (second, mut also_heard)) = (hearing(), hearing());
    let (first, second) = (world.serve("kpc", first).await, world.serve("kpc", second).await);
    let tekton = world.sender("tekton").await;
    let changes = [Change::upsert(tenant()), Change::upsert(application()), Change::delete(version())];
    for to in ["kpc", "dcx"] {
        let mut sent = world.listen("kaa.v1.service.>").await;
        for change in &changes {
            let service_config = tekton.handle().service_config();
            service_config.announce_to(&instance(to), change.clone(), SendOptions::default()).await.unwrap();
            let subject = next(&mut sent).await.subject;
            assert_eq!(subject.as_str(), format!("kaa.v1.service.{to}.scmp.configuration.{}", change.update_type));
        }
    }
    first.shutdown().await;
    second.shutdown().await;
    assert_eq!((told(&mut heard), told(&mut also_heard)), (changes.to_vec(), changes.to_vec()));
}

#[proves("SCMP-007", "SCMP-008")]
#[tokio::test(start_paused = true)]
async fn one_service_is_told_nothing_about_the_whole_platform() {
    let world = World::default();
    let tekton = world.sender("tekton").await;
    let change = Change::upsert(Scope::Platform);
    let mut sent = world.listen("kaa.v1.service.>").await;
    let error = tekton.handle().service_config().announce_to(&instance("kpc"), change, SendOptions::default()).await;
    assert!(matches!(error, Err(AnnounceError::Scope(_))));
    assert!(is_empty(&mut sent));
}

#[proves("SCMP-002", "SCMP-004", "SCMP-008")]
#[tokio::test(start_paused = true)]
async fn what_the_protocol_does_not_permit_is_counted_and_not_passed_on() {
    let world = World::default();
    let (role, mut heard) = hearing();
    let kpc = world.serve("kpc", role).await;
    let events = "kaa.v1.events.tekton.service.configuration";
    let odd_scope = BroadcastConfigurationUpdateEvent::new().with_app_name("kettle");
    world.publish(&format!("{events}.upsert"), odd_scope.to_bytes()).await;
    world.publish(&format!("{events}.changed"), BroadcastConfigurationUpdateEvent::of(tenant()).to_bytes()).await;
    let odd_scope = ServiceSpecificConfigurationUpdateEvent::new("acme").with_app_ver_name("kettle-v2");
    world.publish("kaa.v1.service.kpc.scmp.configuration.upsert", odd_scope.to_bytes()).await;
    assert_eq!(refused(kpc).await, 3);
    assert_eq!(told(&mut heard), []);
}

#[proves("SCMP-010", "SCMP-012")]
#[tokio::test(start_paused = true)]
async fn nothing_is_acknowledged_and_nothing_expires() {
    let world = World::default();
    let mut inbox = world.listen("_INBOX.>").await;
    let (role, mut heard) = hearing();
    let kpc = world.serve("kpc", role).await;
    let mut event = BroadcastConfigurationUpdateEvent::of(tenant());
    event.timestamp = 1;
    let mut message = ServiceSpecificConfigurationUpdateEvent::of(tenant()).unwrap();
    message.timestamp = 1;
    world.publish("kaa.v1.events.tekton.service.configuration.delete", event.to_bytes()).await;
    world.publish("kaa.v1.service.kpc.scmp.configuration.delete", message.to_bytes()).await;
    assert_eq!(refused(kpc).await, 0);
    assert_eq!(told(&mut heard), [Change::delete(tenant()), Change::delete(tenant())]);
    assert!(is_empty(&mut inbox));
}
