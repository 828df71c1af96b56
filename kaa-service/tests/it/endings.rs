//! Every way in which a handler ends, and what is answered.

use std::{sync::Arc, time::Duration};

use kaa_endpoint::elce::ConnectedEvent;
use kaa_esp::{ClientData, Reply, extension};
use kaa_ism::{Bus as _, Clock as _, Context, Status, Timestamp};
use kaa_proves::proves;
use kaa_service::Limits;
use tokio::sync::Notify;

use crate::support::*;

/// Sends one message, and returns the status of its answer and what was counted.
async fn ending_of(data: ClientData) -> (i32, String, String) {
    let mut world = World::new().await;
    let ext = world.serve(scripted()).await;
    world.send(data).await;
    let (code, reason) = world.status().await;
    assert_eq!(answers(&ext.handle()), "sent 1");
    (code, reason, outcomes(&ext.handle()))
}

#[proves("ESP-013", "ESP-019", "ESP-020", "ESP-026")]
#[tokio::test(start_paused = true)]
async fn success_is_answered_with_what_the_topic_is_rebuilt_from() {
    let mut world = World::new().await;
    let ext = world.serve(scripted()).await;
    world.clock.advance(Duration::from_millis(1_500));
    world.send(request("/json").with_request_id(42).with_payload("x")).await;
    let answer = world.answer().await;
    assert_eq!(answer.correlation_id, "c/json", "ESP-026");
    assert_eq!((answer.timestamp, answer.timeout), (T0 + 1_500, 0));
    assert_eq!(answer.app_version_name.as_deref(), Some("demo-v1"));
    assert_eq!(answer.extension_instance_name.as_deref(), Some("ext"), "ESP-019");
    assert_eq!(answer.endpoint_id.as_deref(), Some("ep-1"));
    assert_eq!((answer.resource_path.as_str(), answer.request_id), ("/json", Some(42)));
    assert_eq!((answer.status_code, answer.payload.as_deref()), (200, Some(&b"x"[..])));
    assert_eq!(outcomes(&ext.handle()), "handled 1");
}

#[tokio::test(start_paused = true)]
async fn a_returned_status_is_answered_and_its_cause_stays_private() {
    for path in ["/refuse", "/refuse-later"] {
        assert_eq!(ending_of(request(path)).await, (404, "no such thing".into(), "refused 1".into()));
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_before_or_after_the_first_await_is_500_and_its_text_stays_private() {
    for path in ["/panic", "/panic-later"] {
        assert_eq!(ending_of(request(path)).await, (500, "Internal Server Error".into(), "panicked 1".into()));
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_of_the_closure_before_it_returns_its_future_is_500() {
    let mut world = World::new().await;
    let role = extension(|data: ClientData, _| {
        assert_ne!(data.resource_path, "/bad");
        async { Ok(Reply::empty()) }
    });
    let _ext = world.serve(role).await;
    world.send(request("/bad")).await;
    world.send(request("/good")).await;
    assert_eq!(world.status().await.0, 500);
    assert_eq!(world.status().await.0, 200);
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_outlasts_the_deadline_of_its_message_is_504() {
    let mut world = World::new().await;
    let ext = world.serve(scripted()).await;
    world.send(expiring("/after/400", 300)).await;
    world.send(expiring("/after/200", 1_000)).await;
    assert_eq!(world.status().await.0, 504);
    assert_eq!(world.elapsed().as_millis() / 10, 30);
    assert_eq!(world.status().await.0, 200);
    assert_eq!(outcomes(&ext.handle()), "handled 1, timed-out 1");
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_outlasts_the_limit_is_504() {
    let mut world = World::new().await;
    let limits = Limits::default().with_handling(Duration::from_secs(2));
    let _ext = world.service("ext").with_limits(limits).serve(scripted()).start().await.unwrap();
    world.send(request("/hang")).await;
    assert_eq!(world.status().await.0, 504);
    assert_eq!(world.elapsed().as_secs(), 2);
    world.send(expiring("/hang", i64::MAX)).await;
    assert_eq!(world.status().await.0, 504);
    assert_eq!(world.elapsed().as_secs(), 4);
}

#[tokio::test(start_paused = true)]
async fn without_other_limits_a_handler_has_30_s() {
    assert_eq!(ending_of(request("/after/29000")).await.0, 200);
    assert_eq!(ending_of(request("/after/31000")).await.0, 504);
}

#[proves("ISM-024")]
#[tokio::test(start_paused = true)]
async fn work_without_reply_to_is_done_and_not_answered() {
    let mut world = World::new().await;
    let ext = world.serve(scripted()).await;
    for path in ["/ok", "/ok-later", "/refuse", "/panic", "/panic-later"] {
        world.send_without_reply_to(request(path)).await;
    }
    let handle = ext.handle();
    ext.shutdown().await;
    assert!(world.answers().is_empty());
    assert_eq!(outcomes(&handle), "handled 2, refused 1, panicked 2");
    assert_eq!(answers(&handle), "no-reply-to 5");
}

#[proves("KP-021")]
#[tokio::test(start_paused = true)]
async fn without_request_id_errors_are_answered_and_successes_are_not_kaa_unverified() {
    let mut world = World::new().await;
    let ext = world.serve(scripted()).await;
    for path in ["/ok", "/refuse", "/panic"] {
        let mut data = request(path);
        data.request_id = None;
        world.send(data).await;
    }
    let handle = ext.handle();
    ext.shutdown().await;
    let codes: Vec<_> = world.answers().iter().map(|answer| answer.status_code).collect();
    assert_eq!(codes, [404, 500]);
    assert_eq!(answers(&handle), "sent 2, not-wanted 1");
}

#[tokio::test(start_paused = true)]
async fn a_message_is_handled_after_one_of_its_endpoint_panicked_or_timed_out() {
    let mut world = World::new().await;
    let _ext = world.serve(scripted()).await;
    for data in [request("/panic"), request("/panic-later"), expiring("/hang", 100), request("/ok")] {
        world.send(data).await;
    }
    for code in [500, 500, 504, 200] {
        assert_eq!(world.status().await.0, code);
    }
}

/// Panics when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("a destructor panicked");
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_while_a_handler_is_given_up_is_500_and_its_endpoint_goes_on() {
    let mut world = World::new().await;
    let role = extension(async |data: ClientData, _context| {
        if data.resource_path == "/bomb" {
            let _bomb = Bomb;
            std::future::pending::<()>().await;
        }
        Ok(Reply::empty())
    });
    let limits = Limits::default().with_in_work(1);
    let ext = world.service("ext").with_limits(limits).serve(role).start().await.unwrap();
    world.send(expiring("/bomb", 100)).await;
    world.send(request("/behind")).await;
    assert_eq!(world.status().await.0, 500);
    assert_eq!(world.status().await.0, 200);
    let handle = ext.handle();
    ext.shutdown().await;
    assert_eq!(outcomes(&handle), "handled 1, panicked 1");
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_is_given_up_is_dropped_at_once() {
    struct Tell(Arc<Notify>);
    impl Drop for Tell {
        fn drop(&mut self) {
            self.0.notify_one();
        }
    }
    let mut world = World::new().await;
    let dropped = Arc::new(Notify::new());
    let tell = dropped.clone();
    let role = extension(move |_: ClientData, _| {
        let guard = Tell(tell.clone());
        async move {
            let _guard = guard;
            std::future::pending().await
        }
    });
    let _ext = world.serve(role).await;
    world.send(expiring("/x", 100)).await;
    dropped.notified().await;
    assert!(world.clock.now() >= Timestamp(T0 + 100) && world.clock.now() < Timestamp(T0 + 110));
    assert_eq!(world.status().await.0, 504);
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_never_waits_ends_at_its_time_too() {
    let mut world = World::new().await;
    let mut service = world.service("ext");
    let handle = service.handle();
    let flooding = extension(move |_: ClientData, _: Context| {
        let handle = handle.clone();
        async move {
            loop {
                let event = ConnectedEvent::new([("ep-1", "demo-v1")]);
                handle.broadcast(event).await.map_err(Status::internal)?;
            }
        }
    });
    let _ext = service.serve(flooding).start().await.unwrap();
    world.send(request("/x")).await;
    tokio::task::yield_now().await;
    tokio::time::advance(Duration::from_secs(31)).await;
    assert_eq!(world.status().await.0, 504);
}
