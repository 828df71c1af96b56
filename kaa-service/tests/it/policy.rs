//! How messages are treated, as the settings say it.

use std::time::Duration;

use kaa_endpoint::tstp::{DataPoint, TimeSeriesEvent};
use kaa_ism::{Bus as _, Context, Fanout, Message as _, Originator, SendOptions, WireRevision, listen};
use kaa_service::{Limits, Service, Settings};
use tokio::sync::mpsc;

use crate::support::*;

/// `ext` with these settings.
fn service(world: &World, yaml: &str) -> Service {
    let settings = Settings::from_yaml("ext", yaml).unwrap();
    Service::new(settings, world.bus.clone()).with_clock(world.clock.clone())
}

/// What becomes of three messages that come at once.
async fn outcomes_of_three(service: Service, world: &World) -> String {
    let (role, gate) = gated();
    let ext = service.serve(role).start().await.unwrap();
    for endpoint in ["ep-1", "ep-2", "ep-3"] {
        world.send(request_of(endpoint, "/x")).await;
    }
    idle().await;
    gate.let_go(3);
    let handle = ext.handle();
    ext.shutdown().await;
    outcomes(&handle)
}

const ONE: &str = "service.limits: {in-work: 1, waiting: 1}";

#[tokio::test(start_paused = true)]
async fn the_bounds_are_those_of_the_settings() {
    let world = World::new().await;
    assert_eq!(outcomes_of_three(service(&world, ONE), &world).await, "handled 2, overloaded 1");
    let bytes = "service.limits: {in-work: 1, waiting-bytes: 1}";
    assert_eq!(outcomes_of_three(service(&world, bytes), &world).await, "handled 1, overloaded 2");
}

#[tokio::test(start_paused = true)]
async fn the_program_wins_over_the_bounds_of_the_settings() {
    let world = World::new().await;
    let service = service(&world, ONE).with_limits(Limits::default());
    assert_eq!(outcomes_of_three(service, &world).await, "handled 3");
}

#[tokio::test(start_paused = true)]
async fn a_handler_takes_no_longer_than_the_settings_say() {
    let mut world = World::new().await;
    let _ext = service(&world, "service.limits.handling: 50").serve(scripted()).start().await.unwrap();
    world.send(request("/hang")).await;
    assert_eq!(world.status().await.0, 504);
    assert_eq!(world.elapsed(), Duration::from_millis(50));
}

/// What becomes of a message that expired 500 ms ago.
async fn outcome_of_expired(service: Service, world: &World) -> String {
    let ext = service.serve(scripted()).start().await.unwrap();
    let mut data = expiring("/ok", 1_000);
    data.timestamp = T0 - 1_500;
    world.send(data).await;
    let handle = ext.handle();
    ext.shutdown().await;
    outcomes(&handle)
}

#[tokio::test(start_paused = true)]
async fn the_clock_skew_is_that_of_the_settings_unless_the_program_says_another() {
    let world = World::new().await;
    let set = || service(&world, "service.clock-skew: 500");
    assert_eq!(outcome_of_expired(set(), &world).await, "handled 1");
    assert_eq!(outcome_of_expired(set().with_clock_skew(Duration::ZERO), &world).await, "expired 1");
}

#[tokio::test(start_paused = true)]
async fn left_over_bytes_are_refused_if_the_settings_say_so() {
    let mut world = World::new().await;
    let _ext = service(&world, "service.refuse-left-over-bytes: true").serve(scripted()).start().await.unwrap();
    world.send_bytes([&request("/ok").to_bytes()[..], b"abc"].concat()).await;
    assert_eq!(world.status().await.0, 400);
}

/// A message that has another layout before `R2024_11`.
fn event() -> TimeSeriesEvent {
    let point = DataPoint::new(T0, [("value", 21.5)]).with_ingestion_timestamp(T0 + 1);
    TimeSeriesEvent::new("kettle-v1", "ep-1", "temperature", [point])
}

const OLD: WireRevision = WireRevision::R2024_05_09;

#[tokio::test(start_paused = true)]
async fn events_are_written_for_the_release_of_the_settings() {
    let world = World::new().await;
    let mut all = Raw::listen(&world.bus, "kaa.v1.events.>").await;
    for (yaml, revision, ingested) in
        [("service.wire-revision: 2024-05-09", OLD, 0), ("", WireRevision::default(), T0 + 1)]
    {
        let ext = service(&world, yaml).start().await.unwrap();
        let (before, after) = (service(&world, yaml).handle(), ext.handle());
        before.broadcast(event()).await.unwrap();
        after.broadcast(event()).await.unwrap();
        let gathered = after.gather(event(), SendOptions::default()).await.unwrap();
        for _ in 0..3 {
            let body = all.next().await.body;
            let (read, left) = TimeSeriesEvent::decode_revision(&body, revision).unwrap();
            assert_eq!((read.data_points[0].ingestion_timestamp, left), (ingested, 0), "{yaml}");
            assert_eq!(TimeSeriesEvent::decode(&body).is_ok(), revision != OLD, "{yaml}");
        }
        drop(gathered);
    }
}

#[tokio::test(start_paused = true)]
async fn events_are_read_as_the_release_of_the_settings_writes_them() {
    let world = World::new().await;
    let (tell, mut seen) = mpsc::unbounded_channel();
    let listener = listen(Originator::Any, Fanout::OneReplica, move |event: TimeSeriesEvent, _: Context| {
        tell.send(event).unwrap();
        async { Ok(()) }
    });
    let ext = service(&world, "service.wire-revision: 2024-05-09").serve(listener).start().await.unwrap();
    let subject = "kaa.v1.events.dcx.endpoint.data-collection.data-points-received.temperature";
    world.peer.publish(subject, None, event().to_bytes_revision(OLD)).await;
    let mut expected = event();
    expected.data_points[0].ingestion_timestamp = 0;
    assert_eq!(seen.recv().await.unwrap(), expected);
    let handle = ext.handle();
    ext.shutdown().await;
    assert_eq!(outcomes(&handle), "handled 1");
}
