//! Shutting down.

use std::time::Duration;

use kaa_esp::{ClientData, Reply, extension};
use kaa_ism::{Bus as _, Message as _};
use kaa_service::{Limits, RunningService, Settings};

use crate::support::*;

impl World {
    /// `ext` with a grace of 10 s.
    async fn serve_with_grace(&self, limits: Limits, role: impl kaa_ism::Role) -> RunningService {
        let settings = Settings::new("ext").unwrap().with_graceful_shutdown(Duration::from_secs(10));
        let ext = kaa_service::Service::new(settings, self.bus.clone()).with_clock(self.clock.clone());
        ext.with_limits(limits).serve(role).start().await.unwrap()
    }

    fn codes(&mut self) -> Vec<i32> {
        self.answers().iter().map(|answer| answer.status_code).collect()
    }
}

#[tokio::test(start_paused = true)]
async fn an_idle_service_is_gone_at_once() {
    let world = World::new().await;
    let ext = world.serve(scripted()).await;
    ext.shutdown().await;
    assert!(world.elapsed().is_zero());
}

/// Sends a thousand messages and shuts down at once; every one of them has to be handled and answered.
async fn a_thousand_messages_are_handled(limits: Limits, path: fn(usize) -> &'static str) {
    let mut world = World::new().await;
    let ext = world.serve_with_grace(limits, scripted()).await;
    for n in 0..1_000 {
        world.send(request_of(&format!("ep-{}", n % 100), path(n)).with_request_id(i32::try_from(n).unwrap())).await;
    }
    let handle = ext.handle();
    ext.shutdown().await;
    let mut answered: Vec<_> = world.answers().iter().map(|answer| answer.request_id.unwrap()).collect();
    answered.sort_unstable();
    assert_eq!(answered.len(), 1_000, "{}", outcomes(&handle));
    assert!(answered.into_iter().eq(0..1_000));
    assert_eq!((outcomes(&handle), answers(&handle)), ("handled 1000".into(), "sent 1000".into()));
}

#[tokio::test(start_paused = true)]
async fn what_has_not_even_been_taken_is_handled_before_the_end() {
    a_thousand_messages_are_handled(Limits::default(), |_| "/ok").await;
}

#[tokio::test(start_paused = true)]
async fn what_is_in_work_or_waits_is_handled_before_the_end() {
    a_thousand_messages_are_handled(Limits::default().with_in_work(10), |_| "/after/50").await;
    a_thousand_messages_are_handled(Limits::default(), |n| if n % 2 == 0 { "/ok-later" } else { "/ok" }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_is_lost_with_many_threads() {
    for _ in 0..20 {
        a_thousand_messages_are_handled(Limits::default(), |n| if n % 3 == 0 { "/after/1" } else { "/ok" }).await;
    }
}

#[tokio::test(start_paused = true)]
async fn messages_to_the_replica_are_handled_before_the_end_too() {
    let mut world = World::new().await;
    let ext = world.serve(scripted()).await;
    let to = format!("kaa.v1.replica.{}.esp.ClientData", ext.handle().identity().replica);
    for _ in 0..500 {
        let reply_to = Some("kaa.v1.replica.peer.esp.ExtensionData");
        world.peer.publish(&to, reply_to, request("/ok-later").to_bytes()).await;
    }
    ext.shutdown().await;
    assert_eq!(world.codes(), [200; 500]);
}

#[tokio::test(start_paused = true)]
async fn what_comes_after_the_shutdown_goes_to_the_other_replica() {
    let mut world = World::new().await;
    let (role, mut gate) = gated();
    let first = world.serve_with_grace(Limits::default(), role).await;
    world.send(request("/first")).await;
    assert_eq!(gate.begun().await, "/first");
    let second = world.serve(scripted()).await;
    let handle = first.handle();
    let leaving = tokio::spawn(first.shutdown());
    idle().await;
    for n in 0..10 {
        world.send(request(&format!("/second {n}"))).await;
        assert_eq!(world.answer().await.resource_path, format!("/second {n}"));
    }
    assert!(!leaving.is_finished(), "it finishes what it has taken");
    gate.let_go(1);
    leaving.await.unwrap();
    assert_eq!(world.answer().await.resource_path, "/first");
    assert_eq!((outcomes(&handle), outcomes(&second.handle())), ("handled 1".into(), "handled 10".into()));
}

#[tokio::test(start_paused = true)]
async fn what_is_not_finished_after_nine_tenths_of_the_grace_is_503() {
    let mut world = World::new().await;
    let (role, mut gate) = gated();
    let ext = world.serve_with_grace(Limits::default(), role).await;
    // From now on times are measured.
    let _ = ext.handle().metrics();
    world.send(request_of("ep-1", "/in work")).await;
    world.send(request_of("ep-1", "/waits")).await;
    world.send(request_of("ep-2", "/in work too")).await;
    assert_eq!(gate.all_begun().await, ["/in work", "/in work too"]);
    let handle = ext.handle();
    let times = handle.metrics().histogram("kaa_waiting_seconds", &[("message", "ClientData")]);
    let measured = times.count();
    ext.shutdown().await;
    assert_eq!(times.count(), measured, "what is not begun is not measured");
    assert_eq!(world.elapsed().as_millis() / 10, 900);
    assert_eq!(world.codes(), [503, 503, 503]);
    assert!(gate.all_begun().await.is_empty(), "nothing is begun any more");
    assert_eq!((outcomes(&handle), answers(&handle)), ("cancelled 3".into(), "sent 3".into()));
}

#[tokio::test(start_paused = true)]
async fn thousands_that_wait_are_answered_503_when_the_grace_is_over() {
    let mut world = World::new().await;
    let ext = world.serve_with_grace(Limits::default().with_in_work(3), scripted()).await;
    for n in 0..5_000 {
        world.send(request_of(&format!("ep-{n}"), "/hang")).await;
    }
    let handle = ext.handle();
    ext.shutdown().await;
    assert_eq!(world.codes().len(), 5_000);
    assert_eq!(outcomes(&handle), "cancelled 5000");
}

#[tokio::test(start_paused = true)]
async fn without_a_connection_it_ends_within_the_grace() {
    let world = World::new().await;
    let ext = world.serve_with_grace(Limits::default(), scripted()).await;
    world.send(request("/hang")).await;
    for _ in 0..300 {
        world.send(unordered("/ok")).await;
    }
    world.bus.set_connected(false);
    let handle = ext.handle();
    ext.shutdown().await;
    assert!(world.elapsed() <= Duration::from_secs(10));
    assert_eq!(outcomes(&handle), "handled 300, cancelled 1", "what had come is handled all the same");
    assert_eq!(answers(&handle), "lost 301");
}

#[tokio::test(start_paused = true)]
async fn handlers_call_and_are_answered_while_their_service_shuts_down() {
    let mut world = World::new().await;
    let _cm = world.serve_cm().await;
    let mut ext = world.service("ext");
    let handle = ext.handle();
    let role = extension(move |_: ClientData, _| {
        let handle = handle.clone();
        async move {
            tokio::time::sleep(Duration::from_secs(1)).await;
            let told = crate::calls::ask(&handle, "t", kaa_ism::SendOptions::default()).await?;
            Ok(Reply::bytes(told.endpoint_id.unwrap()))
        }
    });
    let ext = ext.serve(role).start().await.unwrap();
    world.send(request("/x")).await;
    ext.shutdown().await;
    assert_eq!(world.answers()[0].payload.as_deref(), Some(&b"ep"[..]));
}

impl World {
    async fn serve_cm(&self) -> RunningService {
        use kaa_endpoint::ecap::{EndpointTokenValidationRequest as Ask, EndpointTokenValidationResponse as Told};
        let role = kaa_ism::respond(async |_: Ask, _context| Ok(Told::new(200).with_endpoint_id("ep")));
        self.service("cm").serve(role).start().await.unwrap()
    }
}

#[tokio::test(start_paused = true)]
async fn a_flood_does_not_keep_a_service_from_shutting_down() {
    let world = World::new().await;
    let ext = world.serve_with_grace(Limits::default(), scripted()).await;
    let flood = tokio::spawn({
        let bus = world.bus.clone();
        async move {
            loop {
                for path in ["/ok", "/ok-later", "/panic"] {
                    let body = request(path).to_bytes();
                    publish(&bus, "kaa.v1.service.ext.esp.ClientData", None, body).await;
                }
                tokio::task::yield_now().await;
            }
        }
    });
    tokio::task::yield_now().await;
    ext.shutdown().await;
    assert!(world.elapsed().is_zero());
    flood.abort();
}
