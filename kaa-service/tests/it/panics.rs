//! What a user's types may do besides handling: no panic ends a role, or blocks a lane.

use std::{error::Error, fmt, panic::panic_any, pin::Pin, task::Poll, time::Duration};

use kaa_endpoint::{
    dstp::{DataSamplesEvent, DataSamplesEventRef},
    elce::ConnectedEvent,
};
use kaa_esp::{ClientData, Reply, extension};
use kaa_ism::{
    Bus as _, Context, Fanout, Handler, Handlers, Interest, Originator, Request as _, Role, Status, listen, observe,
};

use crate::support::*;

struct PanicsOnDrop;

impl Drop for PanicsOnDrop {
    fn drop(&mut self) {
        panic!("dropped");
    }
}

#[derive(Debug)]
struct PanicsWhenShown;

impl fmt::Display for PanicsWhenShown {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("shown");
    }
}

impl Error for PanicsWhenShown {}

#[derive(Debug)]
struct PanicsWhenDropped;

impl fmt::Display for PanicsWhenDropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a cause")
    }
}

impl Error for PanicsWhenDropped {}

impl Drop for PanicsWhenDropped {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            panic!("dropped");
        }
    }
}

#[derive(Debug)]
struct PanicsWhenShownAndDropped;

impl fmt::Display for PanicsWhenShownAndDropped {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("shown");
    }
}

impl Error for PanicsWhenShownAndDropped {}

impl Drop for PanicsWhenShownAndDropped {
    fn drop(&mut self) {
        panic!("dropped");
    }
}

/// The future of a handler that panics, and once more when it is dropped.
struct PanicsTwice;

impl Future for PanicsTwice {
    type Output = Result<(), Status>;

    fn poll(self: Pin<&mut Self>, _: &mut std::task::Context<'_>) -> Poll<Self::Output> {
        panic!("polled");
    }
}

impl Drop for PanicsTwice {
    fn drop(&mut self) {
        panic!("dropped");
    }
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_panics_twice_ends_nothing() {
    let world = World::new().await;
    let role = listen(Originator::Any, Fanout::OneReplica, |_: ConnectedEvent, _: Context| PanicsTwice);
    let ext = world.serve(role).await;
    for _ in 0..2 {
        ext.handle().broadcast(ConnectedEvent::new([("ep-1", "demo-v1")])).await.unwrap();
    }
    let handle = ext.handle();
    ext.shutdown().await;
    assert_eq!(outcomes(&handle), "panicked 2");
}

#[tokio::test(start_paused = true)]
async fn what_is_returned_for_an_event_ends_nothing_and_is_counted_once() {
    more_than_one_subscriber();
    let log = tracing_subscriber::fmt().with_max_level(tracing::Level::WARN).with_writer(std::io::sink);
    let _log = tracing::subscriber::set_default(log.finish());
    let ill_behaved: [fn() -> Status; 4] = [
        || Status::internal(PanicsWhenShown),
        || Status::internal(PanicsWhenDropped),
        || Status::conflict("no").with_source(PanicsWhenDropped),
        || Status::internal(PanicsWhenShownAndDropped),
    ];
    for status in ill_behaved {
        let look = move |_: DataSamplesEventRef<'_>, _: &Context| Err(status());
        counted_once(observe::<DataSamplesEvent>(Originator::Any, Fanout::OneReplica, look)).await;
        let take = move |_: DataSamplesEvent, _: Context| std::future::ready(Err(status()));
        counted_once(listen(Originator::Any, Fanout::OneReplica, take)).await;
    }
}

async fn counted_once(refusing: impl Role) {
    let world = World::new().await;
    let ext = world.serve(refusing).await;
    for _ in 0..3 {
        ext.handle().broadcast(DataSamplesEvent::new("demo-v1", "ep-1", ["a"])).await.unwrap();
    }
    let handle = ext.handle();
    ext.shutdown().await;
    assert_eq!((outcomes(&handle), answers(&handle)), ("refused 3".to_owned(), "no-reply-to 3".to_owned()));
}

/// Does what the path says, at once or after a wait.
fn ill_behaved() -> impl Role {
    extension(async |data: ClientData, _: Context| {
        if data.resource_path.ends_with("-later") {
            tokio::task::yield_now().await;
        }
        match data.resource_path.trim_end_matches("-later") {
            "/payload" => panic_any(PanicsOnDrop),
            "/display" => Err(Status::internal(PanicsWhenShown)),
            "/drop" => Err(Status::internal(PanicsWhenDropped)),
            "/both" => Err(Status::internal(PanicsWhenShownAndDropped)),
            _ => Ok(Reply::empty()),
        }
    })
}

#[tokio::test(start_paused = true)]
async fn neither_a_role_nor_a_lane_ends_with_a_panic() {
    // Causes are shown only to who wants them.
    more_than_one_subscriber();
    let log = tracing_subscriber::fmt().with_max_level(tracing::Level::WARN).with_writer(std::io::sink);
    let _log = tracing::subscriber::set_default(log.finish());
    let paths = ["/payload", "/display", "/drop", "/both"].into_iter();
    for path in paths.flat_map(|path| [path.to_owned(), format!("{path}-later")]) {
        for is_answered in [true, false] {
            let mut world = World::new().await;
            let ext = world.serve(ill_behaved()).await;
            if is_answered {
                world.send(request(&path)).await;
            } else {
                world.send_without_reply_to(request(&path)).await;
            }
            idle().await;
            assert_eq!(world.answers().len(), usize::from(is_answered), "{path}");
            world.send(request("/ok")).await;
            idle().await;
            assert_eq!(world.answers().len(), 1, "{path}, answered: {is_answered}");
            let begun = world.elapsed();
            ext.shutdown().await;
            assert!(world.elapsed() - begun < Duration::from_secs(1), "{path}, answered: {is_answered}");
        }
    }
}

struct PanickingLane;

impl Handler for PanickingLane {
    type Message = ClientData;
    type Output = ();

    fn interest(&self) -> Interest {
        Interest::Targeted(ClientData::KIND)
    }

    fn lane<'m>(&self, data: &'m ClientData) -> Option<&'m str> {
        assert_ne!(data.resource_path, "/lane");
        None
    }

    async fn handle(&self, _: ClientData, _: Context) -> Result<(), Status> {
        Ok(())
    }
}

impl Role for PanickingLane {
    fn install(self, handlers: &mut impl Handlers) {
        handlers.add(self);
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_while_a_lane_is_named_costs_no_more_than_its_order() {
    let world = World::new().await;
    let ext = world.serve(PanickingLane).await;
    world.send(unordered("/lane")).await;
    world.send(unordered("/ok")).await;
    idle().await;
    assert_eq!(outcomes(&ext.handle()), "handled 2");
}
