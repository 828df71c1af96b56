//! How messages of 17/SCMP are taken.

use futures::{FutureExt as _, StreamExt as _};
use kaa_ism::{Message as _, Subject, SubjectFilter};
use kaa_platform::service_config::{
    BroadcastConfigurationUpdateEvent, ServiceSpecificConfigurationUpdateEvent, UpdateType,
};
use kaa_proves::proves;
use kaa_service::{
    LiveSettings, Service,
    transport::{Outgoing, Transport as _},
};
use kaa_tekton::Tekton;
use serde_json::json;

use crate::support::{ALL, FakeTekton, KETTLE, TENANTS, World, application, settings};

const TARGETED: &str = "kaa.v1.service.dcx.scmp.configuration.upsert";
const BROADCAST: &str = "kaa.v1.events.tekton.service.configuration.upsert";

async fn publish(world: &World, to: &str, reply_to: Option<&str>, body: bytes::Bytes) {
    let reply_to = reply_to.map(|reply_to| Subject::parse(reply_to).unwrap());
    world.bus.publish(Outgoing::new(Subject::parse(to).unwrap(), reply_to, body)).await.unwrap();
}

#[proves("SCMP-010", "SCMP-011", "SCMP-012")]
#[tokio::test]
async fn old_messages_are_handled_and_nothing_is_acknowledged() {
    let mut tekton = FakeTekton::start().await;
    let mut world = World::fetched(&mut tekton).await;
    let mut answers = world.bus.subscribe(SubjectFilter::parse("kaa.v1.replica.r9.>").unwrap(), None).await.unwrap();
    let reply_to = Some("kaa.v1.replica.r9.scmp.answer");
    let mut targeted = ServiceSpecificConfigurationUpdateEvent::of(application("kettle")).unwrap();
    let mut broadcast = BroadcastConfigurationUpdateEvent::of(application("kettle"));
    (targeted.timestamp, broadcast.timestamp) = (1, 1);
    for (subject, body, limit) in [(TARGETED, targeted.to_bytes(), 1), (BROADCAST, broadcast.to_bytes(), 2)] {
        tekton.set_applications(KETTLE, &json!({ "kettle": { "limit": limit, "versions": { "kettle-v1": {} } } }));
        publish(&world, subject, reply_to, body).await;
        assert_eq!(world.changed().await, json!({ "kettle-v1": limit }));
    }
    assert!(answers.next().now_or_never().is_none());
}

#[proves("SCMP-004", "SCMP-008")]
#[tokio::test]
async fn patterns_that_are_not_permitted_are_reported_and_fetch_nothing() {
    let mut tekton = FakeTekton::start().await;
    let mut world = World::fetched(&mut tekton).await;
    let targeted = ServiceSpecificConfigurationUpdateEvent::new("acme").with_app_ver_name("kettle-v1");
    let event = BroadcastConfigurationUpdateEvent::new;
    let wrong = [
        event().with_app_name("kettle"),
        event().with_app_ver_name("kettle-v1"),
        event().with_app_name("kettle").with_app_ver_name("kettle-v1"),
        event().with_tenant_id("acme").with_app_ver_name("kettle-v1"),
    ];
    publish(&world, TARGETED, None, targeted.to_bytes()).await;
    for event in wrong {
        publish(&world, BROADCAST, None, event.to_bytes()).await;
    }
    publish(&world, "kaa.v1.events.tekton.service.configuration.changed", None, event().to_bytes()).await;
    publish(&world, "kaa.v1.events.other.service.configuration.upsert", None, event().to_bytes()).await;
    tekton.set_applications(KETTLE, &json!({ "kettle": { "versions": { "kettle-v1": {} } } }));
    world.broadcast(application("kettle"), UpdateType::Upsert).await;
    assert_eq!(world.changed().await, json!({ "kettle-v1": null }));
    assert_eq!(tekton.further_requests(), [KETTLE]);
    while world.counted("kaa_messages_total", "refused") < 6 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn every_replica_gets_what_is_for_the_service() {
    let mut tekton = FakeTekton::start().await;
    let world = World::fetched(&mut tekton).await;
    let settings = settings(&tekton.url);
    let mut second = Service::new(settings.clone(), world.bus.clone());
    let live = LiveSettings::new(settings, second.handle().metrics());
    let limit = |settings: &kaa_service::Settings| settings.get::<u32>("kaa.applications.kettle.limit");
    let mut limits = live.watch(limit).unwrap();
    let follower = Tekton::from_settings(&live).unwrap().unwrap();
    let _second = second.serve(follower.updates()).start().await.unwrap();
    let mut following = follower.follow(&world.bus);
    following.fetched().await;
    assert_eq!(tekton.requests(2).await, [ALL, TENANTS]);
    for limit in 1..=3 {
        tekton.set_applications(KETTLE, &json!({ "kettle": { "limit": limit } }));
        world.tell(application("kettle"), UpdateType::Upsert).await;
        assert_eq!(tekton.requests(2).await, [KETTLE, KETTLE]);
        limits.wait_for(|seen| *seen == Some(limit)).await.unwrap();
    }
}
