//! A Tekton that does not do what it should.

use kaa_platform::service_config::UpdateType;
use serde_json::json;

use crate::support::{ALL, Answer, FakeTekton, KETTLE, V1, World, application, version};

/// The answer to a change is this first, and then a good one.
async fn survives(bad: Answer) {
    let mut tekton = FakeTekton::start().await;
    tekton.set_applications(ALL, &json!({ "pot": { "versions": { "pot-v1": { "limit": 1 } } } }));
    let mut world = World::impatient(&mut tekton).await;
    tekton.set(KETTLE, bad);
    world.broadcast(application("kettle"), UpdateType::Upsert).await;
    assert_eq!(tekton.requests(2).await, [KETTLE, KETTLE]);
    assert!(world.counted("kaa_tekton_fetches_total", "failed") > 0);
    assert_eq!(world.applications(), json!({ "pot-v1": 1 }));
    tekton.set_applications(KETTLE, &json!({ "kettle": { "versions": { "kettle-v1": { "limit": 2 } } } }));
    assert_eq!(world.changed().await, json!({ "kettle-v1": 2, "pot-v1": 1 }));
}

#[tokio::test]
async fn an_error_of_tekton_is_survived() {
    survives(Answer::Status(500)).await;
}

#[tokio::test]
async fn broken_json_is_survived() {
    survives(Answer::Text("{\"dcx\": ".to_owned())).await;
}

#[tokio::test]
async fn an_answer_of_another_form_is_survived() {
    survives(Answer::Json(json!({ "dcx": { "kaa": { "applications": [] } } }))).await;
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_survived() {
    survives(Answer::Text(" ".repeat(17 * 1024 * 1024) + "{}")).await;
}

#[tokio::test]
async fn a_slow_tekton_is_survived() {
    survives(Answer::Never).await;
}

#[tokio::test]
async fn a_start_without_tekton_is_made_up_for() {
    let mut tekton = FakeTekton::start().await;
    tekton.set(ALL, Answer::Status(503));
    let mut world = World::new(&tekton).await;
    assert_eq!(tekton.requests(2).await, [ALL, ALL]);
    tekton.set_applications(ALL, &json!({ "kettle": { "versions": { "kettle-v1": { "limit": 1 } } } }));
    world.following.fetched().await;
    assert_eq!(world.applications(), json!({ "kettle-v1": 1 }));
}

#[tokio::test]
async fn what_the_service_cannot_read_is_refused_and_does_not_stand_in_the_way() {
    let mut tekton = FakeTekton::start().await;
    tekton.set_applications(ALL, &json!({ "pot": { "versions": { "pot-v1": { "limit": 1 } } } }));
    let mut world = World::fetched(&mut tekton).await;
    tekton.set_applications(KETTLE, &json!({ "kettle": { "limit": "many", "versions": { "kettle-v9": {} } } }));
    world.broadcast(application("kettle"), UpdateType::Upsert).await;
    assert_eq!(tekton.requests(1).await, [KETTLE]);
    tekton.set_applications(KETTLE, &json!({ "kettle": { "limit": 3, "versions": { "kettle-v9": {} } } }));
    world.broadcast(application("pot"), UpdateType::Delete).await;
    // With the next change it is fetched again.
    let mut seen = world.changed().await;
    while seen != json!({ "kettle-v9": 3 }) {
        seen = world.changed().await;
    }
    assert_eq!(world.counted("kaa_settings_changes_total", "refused"), 1);
}

#[tokio::test]
async fn changes_that_come_while_one_is_fetched_are_united() {
    let mut tekton = FakeTekton::start().await;
    let mut world = World::impatient(&mut tekton).await;
    tekton.set(V1, Answer::Never);
    world.broadcast(version("kettle-v1"), UpdateType::Upsert).await;
    assert_eq!(tekton.requests(1).await, [V1]);
    tekton.set_applications(KETTLE, &json!({ "kettle": { "limit": 3, "versions": { "kettle-v1": {} } } }));
    for _ in 0..100 {
        world.broadcast(application("kettle"), UpdateType::Upsert).await;
        world.tell(version("kettle-v1"), UpdateType::Upsert).await;
    }
    // The failed fetch of the version is part of that of its application.
    assert_eq!(world.changed().await, json!({ "kettle-v1": 3 }));
    let requests = tekton.further_requests();
    assert!(requests.len() < 10 && requests.iter().all(|request| request == KETTLE), "{requests:?}");
}
