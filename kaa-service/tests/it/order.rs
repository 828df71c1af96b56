//! Order within an endpoint, concurrency over endpoints, bounds.

use kaa_esp::{ClientData, Reply, extension};
use kaa_ism::{Context, Message as _, Status};
use kaa_service::Limits;
use tokio::sync::mpsc;

use crate::support::*;

#[tokio::test(start_paused = true)]
async fn messages_of_one_endpoint_are_handled_one_after_the_other_in_order() {
    let mut world = World::new().await;
    let (role, mut gate) = gated();
    let _ext = world.serve(role).await;
    for path in ["/1", "/2", "/3"] {
        world.send(request(path)).await;
    }
    for path in ["/1", "/2", "/3"] {
        assert_eq!(gate.all_begun().await, [path]);
        gate.let_go(1);
        assert_eq!(world.answer().await.resource_path, path);
    }
}

#[tokio::test(start_paused = true)]
async fn endpoints_and_messages_without_one_are_handled_at_once() {
    let world = World::new().await;
    let (role, mut gate) = gated();
    let _ext = world.serve(role).await;
    world.send(request_of("ep-1", "/1")).await;
    world.send(request_of("ep-1", "/behind")).await;
    world.send(request_of("ep-2", "/2")).await;
    world.send(unordered("/3")).await;
    world.send(unordered("/4")).await;
    assert_eq!(gate.all_begun().await, ["/1", "/2", "/3", "/4"]);
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_whose_handler_hangs_does_not_stop_others() {
    let mut world = World::new().await;
    let _ext = world.serve(scripted()).await;
    world.send(request_of("stuck", "/hang")).await;
    for n in 0..100 {
        world.send(request_of("stuck", "/behind")).await;
        world.send(request_of(&format!("ep-{n}"), "/ok-later")).await;
    }
    for _ in 0..100 {
        assert_eq!(world.answer().await.resource_path, "/ok-later");
    }
    assert!(world.elapsed().is_zero());
}

#[tokio::test(start_paused = true)]
async fn order_is_kept_whether_handlers_are_ready_at_once_or_later() {
    let mut world = World::new().await;
    let _ext = world.serve(scripted()).await;
    let paths = ["/after/30", "/1", "/after/10", "/2-later", "/3", "/refuse-later", "/4", "/panic", "/5-later"];
    for path in paths {
        world.send(request(path)).await;
    }
    for path in paths {
        assert_eq!(world.answer().await.resource_path, path);
    }
}

#[tokio::test(start_paused = true)]
async fn no_more_than_the_bound_is_in_work() {
    let world = World::new().await;
    let (role, mut gate) = gated();
    let _ext = world.service("ext").with_limits(Limits::default().with_in_work(3)).serve(role).start().await.unwrap();
    for n in 0..10 {
        world.send(unordered(&format!("/{n}"))).await;
    }
    assert_eq!(gate.all_begun().await, ["/0", "/1", "/2"]);
    gate.let_go(2);
    assert_eq!(gate.all_begun().await, ["/3", "/4"]);
    gate.let_go(100);
    assert_eq!(gate.all_begun().await.len(), 5);
}

#[tokio::test(start_paused = true)]
async fn what_exceeds_the_bound_on_waiting_is_answered_503_and_counted() {
    let mut world = World::new().await;
    let (role, gate) = gated();
    let limits = Limits::default().with_in_work(1).with_waiting(2);
    let ext = world.service("ext").with_limits(limits).serve(role).start().await.unwrap();
    for path in ["/1", "/2", "/3", "/4", "/5"] {
        world.send(request(path)).await;
    }
    for path in ["/4", "/5"] {
        let answer = world.answer().await;
        assert_eq!((answer.resource_path.as_str(), answer.status_code), (path, 503));
        assert_eq!(answer.correlation_id, format!("c{path}"));
    }
    gate.let_go(3);
    for path in ["/1", "/2", "/3"] {
        assert_eq!(world.answer().await.resource_path, path);
    }
    assert_eq!(outcomes(&ext.handle()), "handled 3, overloaded 2");
    assert_eq!(answers(&ext.handle()), "sent 5");
}

#[tokio::test(start_paused = true)]
async fn an_overload_passes() {
    let mut world = World::new().await;
    let limits = Limits::default().with_in_work(2).with_waiting(3);
    let ext = world.service("ext").with_limits(limits).serve(scripted()).start().await.unwrap();
    for _ in 0..20 {
        for n in 0..50 {
            world.send(request_of(&format!("ep-{}", n % 7), "/after/5")).await;
        }
        idle().await;
        for _ in 0..50 {
            world.answer().await;
        }
    }
    assert_eq!(outcomes(&ext.handle()), "handled 100, overloaded 900");
}

#[tokio::test(start_paused = true)]
async fn a_bound_of_zero_is_one() {
    let mut world = World::new().await;
    let mut limits = Limits::default();
    limits.in_work = 0;
    let ext = world.service("ext").with_limits(limits).serve(scripted()).start().await.unwrap();
    world.send(request("/ok")).await;
    assert_eq!(world.status().await.0, 200);
    ext.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_endpoints_keep_their_order_on_many_threads() {
    let mut world = World::new().await;
    let _ext =
        world.service("ext").with_limits(Limits::default().with_in_work(16)).serve(scripted()).start().await.unwrap();
    for n in 0..5_000 {
        let path = if n % 3 == 0 { "/x-later" } else { "/x" };
        world.send(request_of(&format!("ep-{}", n % 50), path).with_request_id(n)).await;
    }
    let mut last = [-1; 50];
    for _ in 0..5_000 {
        let answer = world.answer().await;
        let endpoint: usize = answer.endpoint_id.unwrap()[3..].parse().unwrap();
        assert!(answer.request_id.unwrap() > last[endpoint]);
        last[endpoint] = answer.request_id.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn what_waits_keeps_no_buffer_that_it_was_read_into() {
    let world = World::new().await;
    let (tell, mut payloads) = mpsc::channel(2);
    let role = extension(move |data: ClientData, _: Context| {
        let tell = tell.clone();
        async move {
            tell.send(data.payload).await.map_err(Status::internal)?;
            tokio::task::yield_now().await;
            Ok(Reply::empty())
        }
    });
    let _ext = world.serve(role).await;
    // Two of one endpoint: the second one waits for the first.
    let bodies = ["/first", "/waits"].map(|path| request(path).with_payload(&b"payload"[..]).to_bytes());
    for body in &bodies {
        world.send_bytes(body.clone()).await;
    }
    for (body, is_shared) in bodies.iter().zip([true, false]) {
        let payload = payloads.recv().await.unwrap();
        assert_eq!(payload, "payload");
        assert_eq!(body.as_ptr_range().contains(&payload.as_ptr()), is_shared);
    }
}
