//! A connection that takes nothing more.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures::FutureExt as _;
use kaa_endpoint::dstp::{DataSamplesEvent, DataSamplesProcessed};
use kaa_esp::Esp as _;
use kaa_ism::{
    Acknowledgement as _, Bus as _, Identity, InstanceName, Message as _, OneWay as _, Retry, SendError, SendOptions,
    Status, Subject, SubjectFilter,
};
use kaa_service::{
    Limits, MemoryBus, RunningService, Service, Settings,
    transport::{BoxFuture, Connection, Outgoing, Subscription, Transport, TransportError},
};
use tokio::sync::watch;

use crate::{support::*, traces::Log};

/// A connection to the bus that can be made to block.
#[derive(Clone, Debug)]
struct Blockable {
    bus: MemoryBus,
    blocked: Arc<AtomicBool>,
}

impl Blockable {
    fn block(&self, blocked: bool) {
        self.blocked.store(blocked, Ordering::SeqCst);
    }
}

impl Transport for Blockable {
    fn publish(&self, message: Outgoing) -> BoxFuture<'_, Result<(), TransportError>> {
        if self.blocked.load(Ordering::SeqCst) { std::future::pending().boxed() } else { self.bus.publish(message) }
    }

    fn subscribe(
        &self,
        filter: SubjectFilter,
        queue: Option<InstanceName>,
    ) -> BoxFuture<'_, Result<Box<dyn Subscription>, TransportError>> {
        self.bus.subscribe(filter, queue)
    }

    fn flush(&self) -> BoxFuture<'_, Result<(), TransportError>> {
        if self.blocked.load(Ordering::SeqCst) { std::future::pending().boxed() } else { self.bus.flush() }
    }

    fn connection(&self) -> watch::Receiver<Connection> {
        self.bus.connection()
    }

    fn max_payload(&self) -> usize {
        self.bus.max_payload()
    }

    fn dropped(&self) -> u64 {
        self.bus.dropped()
    }
}

async fn serve(world: &World, limits: Limits) -> (RunningService, Blockable) {
    let connection = Blockable { bus: world.bus.clone(), blocked: Arc::default() };
    let settings = Settings::new("ext").unwrap().with_graceful_shutdown(Duration::from_secs(10));
    let ext = Service::new(settings, connection.clone()).with_clock(world.clock.clone()).with_limits(limits);
    (ext.serve(scripted()).start().await.unwrap(), connection)
}

#[tokio::test(start_paused = true)]
async fn an_overloaded_service_does_not_wait_for_its_503_to_leave() {
    let mut world = World::new().await;
    let (ext, connection) = serve(&world, Limits::default().with_in_work(1).with_waiting(1)).await;
    connection.block(true);
    world.send(request("/after/50")).await;
    for _ in 0..10 {
        world.send(request("/after/50")).await;
    }
    idle().await;
    connection.block(false);
    assert_eq!([world.status().await.0, world.status().await.0], [200, 200]);
    assert!(world.elapsed() < Duration::from_millis(110), "{:?}", world.elapsed());
    assert_eq!((outcomes(&ext.handle()), answers(&ext.handle())), ("handled 2, overloaded 9".into(), "sent 2".into()));
    // The connection has forgotten those that it blocked; they are given up like any answer.
    tokio::time::sleep(Duration::from_secs(31)).await;
    assert_eq!(answers(&ext.handle()), "sent 2, lost 9");
}

#[tokio::test(start_paused = true)]
async fn answers_that_do_not_leave_are_lost_after_the_time_for_handling_and_logged_once() {
    let (log, _guard) = Log::start(tracing::Level::WARN);
    let mut world = World::new().await;
    let (ext, connection) = serve(&world, Limits::default().with_handling(Duration::from_secs(2))).await;
    connection.block(true);
    for _ in 0..3 {
        world.send(unordered("/ok")).await;
    }
    tokio::time::sleep(Duration::from_secs(3)).await;
    connection.block(false);
    world.send(request("/ok")).await;
    assert_eq!(world.status().await.0, 200);
    assert_eq!(answers(&ext.handle()), "sent 1, lost 3");
    let [line] = &log.lines("an answer was not sent")[..] else { panic!("{:?}", log.lines("")) };
    assert!(line.contains("to=kaa.v1.replica.peer.esp.ExtensionData"), "{line}");
}

#[tokio::test(start_paused = true)]
async fn calls_and_messages_end_within_their_time() {
    let world = World::new().await;
    let (ext, connection) = serve(&world, Limits::default()).await;
    connection.block(true);
    let options = SendOptions::default().with_timeout(Duration::from_millis(300));
    let error = crate::calls::ask(&ext.handle(), "t", options).await.unwrap_err();
    assert!(error.is_timeout() || matches!(error, kaa_ism::CallError::NotSent(SendError::Busy)));
    assert!((300..310).contains(&world.elapsed().as_millis()));
    let event = kaa_endpoint::elce::ConnectedEvent::new([("ep-1", "demo-v1")]);
    assert!(matches!(ext.handle().broadcast(event).await, Err(SendError::Busy)));
    assert!(world.elapsed() < Duration::from_secs(6));
}

#[tokio::test(start_paused = true)]
async fn shutting_down_ends_within_the_grace() {
    let world = World::new().await;
    let (ext, connection) = serve(&world, Limits::default()).await;
    connection.block(true);
    for path in ["/ok", "/hang", "/after/100"] {
        world.send(request(path)).await;
    }
    ext.shutdown().await;
    assert!(world.elapsed() <= Duration::from_millis(10_010), "{:?}", world.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_service_does_not_start() {
    let world = World::new().await;
    let connection = Blockable { bus: world.bus.clone(), blocked: Arc::new(true.into()) };
    let ext = Service::new(Settings::new("ext").unwrap(), connection).serve(scripted());
    let error = ext.start().await.unwrap_err();
    insta::assert_debug_snapshot!(error, @"the bus does not carry messages: the connection to the bus is too busy");
    assert_eq!(world.elapsed().as_secs(), 10);
}

fn within(milliseconds: u64) -> SendOptions {
    SendOptions::default().with_timeout(Duration::from_millis(milliseconds))
}

#[tokio::test(start_paused = true)]
async fn a_call_keeps_its_deadline_when_it_is_polled_late_or_tries_again() {
    let world = World::new().await;
    let (ext, connection) = serve(&world, Limits::default()).await;
    let (handle, nobody) = (ext.handle().esp(), InstanceName::parse("nobody").unwrap());
    connection.block(true);
    let begun = world.elapsed();
    let call = handle.call(&nobody, request("/x"), within(500));
    tokio::time::sleep(Duration::from_millis(450)).await;
    assert!(call.await.is_err());
    assert!(world.elapsed() - begun < Duration::from_millis(510), "{:?}", world.elapsed() - begun);

    let begun = world.elapsed();
    let call = handle.call(&nobody, request("/x"), within(2000).with_retry(Retry::idempotent()));
    assert!(call.await.is_err());
    assert!(world.elapsed() - begun < Duration::from_millis(2010), "{:?}", world.elapsed() - begun);
}

#[tokio::test(start_paused = true)]
async fn answers_arrive_while_the_connection_takes_no_fence() {
    let world = World::new().await;
    let (ext, connection) = serve(&world, Limits::default()).await;
    let _live = world.service("live").serve(scripted()).start().await.unwrap();
    let name = |name: &str| InstanceName::parse(name).unwrap();
    let (handle, live) = (ext.handle().esp(), name("live"));
    let begun = world.elapsed();
    let slow = tokio::spawn(async move { handle.call(&live, request("/after/100"), within(2000)).await });
    idle().await;
    let handle = ext.handle().esp();
    let to_nobody = tokio::spawn(async move { handle.call(&name("nobody"), request("/x"), within(1000)).await });
    tokio::task::yield_now().await;
    connection.block(true);
    assert_eq!(slow.await.unwrap().unwrap().status_code, 200);
    assert!(world.elapsed() - begun < Duration::from_millis(200), "{:?}", world.elapsed() - begun);
    assert!(to_nobody.await.unwrap().is_err());
}

#[tokio::test(start_paused = true)]
async fn what_is_gathered_ends_with_its_time_however_many_answer() {
    let world = World::new().await;
    let (ext, _connection) = serve(&world, Limits::default()).await;
    let _receiver = world.bus.subscribe(SubjectFilter::parse("kaa.v1.events.>").unwrap(), None).await.unwrap();
    let handle = ext.handle();
    let event = DataSamplesEvent::new("v1", "ep-1", [] as [&'static [u8]; 0]);
    let mut gathered = handle.gather(event, within(500).with_correlation_id("g1")).await.unwrap();
    let subject = Subject::replica(&handle.identity().replica, DataSamplesProcessed::KIND);
    let receiver = Identity::new(InstanceName::parse("epts").unwrap(), handle.identity().replica.clone());
    let body = DataSamplesProcessed::of("g1", &receiver, &Status::ok()).to_bytes();
    let bus = world.bus.clone();
    let answering = tokio::spawn(async move {
        loop {
            bus.publish(Outgoing::new(subject.clone(), None, body.clone())).await.unwrap();
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    });
    let begun = world.elapsed();
    let mut count = 0;
    while gathered.next().await.is_some() {
        count += 1;
        tokio::time::sleep(Duration::from_millis(3)).await;
    }
    answering.abort();
    assert!((400..=510).contains(&count), "{count} of those that came in time");
    assert!(world.elapsed() - begun < Duration::from_secs(2), "{:?}", world.elapsed() - begun);
    assert_eq!(handle.metrics().sum("kaa_replica_messages_total", ("outcome", "overloaded")), 0);
}
