//! What is fetched, and what comes of it.

use kaa_platform::service_config::{Scope, UpdateType};
use serde_json::json;

use crate::support::{
    ACME, ALL, Answer, FakeTekton, KETTLE, TENANTS, V1, World, application, settings, tenant, version,
};

#[tokio::test]
async fn everything_is_fetched_at_the_start() {
    let mut tekton = FakeTekton::start().await;
    tekton.set_applications(ALL, &json!({ "kettle": { "limit": 1, "versions": { "kettle-v1": null } }, "pot": null }));
    let tenants = json!({ "acme": { "config": { "transports.tls": true } } });
    tekton.set(TENANTS, Answer::Json(json!({ "dcx": { "kaa": { "tenants": tenants } } })));
    let mut world = World::fetched(&mut tekton).await;
    assert_eq!(world.applications(), json!({ "kettle-v1": 1 }));
    assert_eq!(world.live.current().unknown_keys(), [], "a service need not read tenants");
    assert_eq!(world.live.current().get("kaa.tenants.acme.config.transports.tls").unwrap(), Some(true));
    assert!(tekton.further_requests().is_empty());
}

#[tokio::test]
async fn what_tekton_does_not_say_is_as_in_the_file() {
    let mut tekton = FakeTekton::start().await;
    tekton.set_applications(ALL, &json!({ "kettle": null, "pot": { "versions": { "pot-v1": null } } }));
    let file =
        json!({ "kettle": { "limit": 1, "versions": { "kettle-v1": {} } }, "pot.versions.pot-v1": { "limit": 2 } });
    let mut world = World::with_settings(settings(&tekton.url).with("kaa.applications", file)).await;
    world.following.fetched().await;
    assert_eq!(tekton.requests(2).await, [ALL, TENANTS]);
    assert_eq!(world.applications(), json!({ "kettle-v1": 1, "pot-v1": 2 }));
}

#[tokio::test]
async fn a_changed_application_is_fetched_and_nothing_else() {
    let mut tekton = FakeTekton::start().await;
    tekton.set_applications(
        ALL,
        &json!({ "kettle": { "limit": 1, "versions": { "kettle-v1": {} } }, "pot": { "versions": { "pot-v1": { "limit": 9 } } } }),
    );
    let mut world = World::fetched(&mut tekton).await;
    tekton.set_applications(KETTLE, &json!({ "kettle": { "limit": 2 } }));
    world.broadcast(application("kettle"), UpdateType::Upsert).await;
    assert_eq!(world.changed().await, json!({ "kettle-v1": 2, "pot-v1": 9 }));
    tekton.set_applications(KETTLE, &json!({ "kettle": { "limit": 3, "versions": { "kettle-v2": {} } } }));
    world.tell(application("kettle"), UpdateType::Upsert).await;
    assert_eq!(world.changed().await, json!({ "kettle-v2": 3, "pot-v1": 9 }));
    tekton.set(KETTLE, Answer::Status(404));
    world.broadcast(application("kettle"), UpdateType::Delete).await;
    assert_eq!(world.changed().await, json!({ "pot-v1": 9 }));
    assert_eq!(tekton.further_requests(), [KETTLE; 3]);
}

#[tokio::test]
async fn a_changed_version_is_fetched_and_nothing_else() {
    let mut tekton = FakeTekton::start().await;
    let mut world = World::fetched(&mut tekton).await;
    tekton.set_applications(V1, &json!({ "kettle": { "versions": { "kettle-v1": { "limit": 4 } } } }));
    world.tell(version("kettle-v1"), UpdateType::Upsert).await;
    assert_eq!(world.changed().await, json!({ "kettle-v1": 4 }));
    tekton.set_applications(V1, &json!({}));
    world.broadcast(version("kettle-v1"), UpdateType::Upsert).await;
    assert_eq!(world.changed().await, json!({ "kettle-v1": null }));
    tekton.set(V1, Answer::Status(404));
    world.broadcast(version("kettle-v1"), UpdateType::Delete).await;
    assert_eq!(world.changed().await, json!({}));
    assert_eq!(tekton.further_requests(), [V1; 3]);
}

#[tokio::test]
async fn a_changed_tenant_is_fetched_with_all_applications() {
    let mut tekton = FakeTekton::start().await;
    let mut world = World::fetched(&mut tekton).await;
    tekton.set_applications(ALL, &json!({ "kettle": { "versions": { "kettle-v1": { "limit": 5 } } } }));
    tekton.set(ACME, Answer::Json(json!({ "dcx": { "kaa": { "tenants": { "acme": { "config": { "a": 1 } } } } } })));
    world.tell(tenant(), UpdateType::Upsert).await;
    assert_eq!(world.changed().await, json!({ "kettle-v1": 5 }));
    assert_eq!(world.live.current().get("kaa.tenants.acme.config.a").unwrap(), Some(1));
    assert_eq!(tekton.further_requests(), [ACME, ALL]);
}

#[tokio::test]
async fn a_change_of_the_platform_fetches_everything() {
    let mut tekton = FakeTekton::start().await;
    let mut world = World::fetched(&mut tekton).await;
    tekton.set_applications(ALL, &json!({ "kettle": { "versions": { "kettle-v1": { "limit": 6 } } } }));
    world.broadcast(Scope::Platform, UpdateType::Upsert).await;
    assert_eq!(world.changed().await, json!({ "kettle-v1": 6 }));
    assert_eq!(tekton.further_requests(), [ALL, TENANTS]);
}

#[tokio::test]
async fn everything_is_fetched_again_when_the_connection_is_back() {
    let mut tekton = FakeTekton::start().await;
    let mut world = World::fetched(&mut tekton).await;
    tekton.set_applications(ALL, &json!({ "kettle": { "versions": { "kettle-v1": { "limit": 7 } } } }));
    world.bus.set_connected(false);
    world.bus.set_connected(true);
    assert_eq!(world.changed().await, json!({ "kettle-v1": 7 }));
}
