//! Starting.

use futures::FutureExt as _;
use kaa_endpoint::elce::{ConnectedEvent, DisconnectedEvent};
use kaa_ism::{Event, Fanout, Originator, Role, listen};
use kaa_service::{ErrorKind, MemoryBus};

use crate::support::*;

fn listener<E: Event>(originator: Originator, fanout: Fanout) -> impl Role {
    listen(originator, fanout, async |_: E, _context| Ok(()))
}

/// Whether anyone gets messages for `ext`.
async fn somebody_listens(world: &World) -> bool {
    let caller = world.caller().await;
    let call = kaa_esp::Esp::esp(&caller.handle());
    call.call(&instance("ext"), request("/ok"), kaa_ism::SendOptions::default()).await.is_ok()
}

#[tokio::test(start_paused = true)]
async fn two_roles_for_one_kind_are_refused_before_anything_is_subscribed() {
    let world = World::new().await;
    let ext = world.service("ext").serve(scripted()).serve(scripted());
    let mut starting = Box::pin(ext.start());
    let error = (&mut starting).now_or_never().expect("it takes no time").unwrap_err();
    insta::assert_snapshot!(error, @"two roles handle esp.ClientData; one service instance can play only one of them");
    assert_eq!(error.kind(), ErrorKind::Roles);
    assert!(!somebody_listens(&world).await);
}

#[tokio::test(start_paused = true)]
async fn two_listeners_that_would_share_events_are_refused() {
    let world = World::new().await;
    let one = Originator::Instance(instance("kpc"));
    let start = |a: Originator, b: Originator| {
        let roles = world.service("ext").serve(listener::<ConnectedEvent>(a, Fanout::OneReplica));
        roles.serve(listener::<ConnectedEvent>(b, Fanout::OneReplica)).start()
    };
    for (a, b) in [(Originator::Any, Originator::Any), (Originator::Any, one.clone()), (one.clone(), one.clone())] {
        assert_eq!(start(a, b).await.unwrap_err().kind(), ErrorKind::Roles);
    }
    assert!(start(one, Originator::Instance(instance("kpc-b"))).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn listeners_that_share_nothing_are_fine() {
    let world = World::new().await;
    let ext = world
        .service("ext")
        .serve(listener::<ConnectedEvent>(Originator::Any, Fanout::OneReplica))
        .serve(listener::<DisconnectedEvent>(Originator::Any, Fanout::OneReplica))
        .serve(listener::<ConnectedEvent>(Originator::Any, Fanout::EveryReplica))
        .serve(listener::<ConnectedEvent>(Originator::Any, Fanout::EveryReplica));
    assert!(ext.start().await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_bus_without_connection_is_a_clear_error() {
    let world = World::new().await;
    world.bus.set_connected(false);
    let error = world.service("ext").serve(scripted()).start().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Bus);
    insta::assert_debug_snapshot!(error, @"the bus does not carry messages: not connected to the bus");
    assert!(world.elapsed().is_zero());
}

#[tokio::test(start_paused = true)]
async fn starting_that_is_dropped_leaves_nothing_behind() {
    let world = World::new().await;
    let mut starting = Box::pin(world.service("ext").serve(scripted()).start());
    assert!(futures::poll!(&mut starting).is_pending());
    drop(starting);
    idle().await;
    assert!(!somebody_listens(&world).await);
}

#[tokio::test(start_paused = true)]
async fn once_started_nothing_is_missed() {
    let mut world = World::new().await;
    for _ in 0..10 {
        let ext = world.serve(scripted()).await;
        world.send(request("/ok")).await;
        assert_eq!(world.status().await.0, 200);
        ext.shutdown().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_dropped_service_stops_listening() {
    let world = World::new().await;
    let ext = world.serve(scripted()).await;
    assert!(somebody_listens(&world).await);
    drop(ext);
    idle().await;
    assert!(!somebody_listens(&world).await);
}

#[tokio::test(start_paused = true)]
async fn the_handle_of_a_service_that_is_never_started_sends_and_its_calls_end_in_time() {
    let world = World::new().await;
    let mut service = world.service("caller");
    let handle = service.handle();
    drop(service);
    let _ext = world.serve(scripted()).await;
    let call = kaa_esp::Esp::esp(&handle);
    let outcome = call.call(&instance("ext"), request("/ok"), kaa_ism::SendOptions::default()).await;
    assert!(outcome.unwrap_err().is_timeout());
    assert!(handle.is_connected());
}

#[tokio::test(start_paused = true)]
async fn a_service_runs_until_its_end_and_shuts_down() {
    let mut world = World::new().await;
    let (end, ended) = tokio::sync::oneshot::channel::<()>();
    let ext = world.service("ext").serve(scripted());
    let running = tokio::spawn(ext.run_until(async { ended.await.unwrap() }));
    idle().await;
    world.send(request("/after/100")).await;
    idle().await;
    end.send(()).unwrap();
    running.await.unwrap().unwrap();
    assert_eq!(world.answers().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn services_on_different_buses_do_not_hear_each_other() {
    let (world, elsewhere) = (World::new().await, MemoryBus::new());
    let settings = kaa_service::Settings::new("ext").unwrap();
    let _ext = kaa_service::Service::new(settings, elsewhere).serve(scripted()).start().await.unwrap();
    assert!(!somebody_listens(&world).await);
}
