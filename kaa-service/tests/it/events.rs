//! Broadcasts.

use bytes::Bytes;
use kaa_endpoint::{
    dstp::{DataSamplesEvent, DataSamplesEventRef},
    elce::{ConnectedEvent, DisconnectedEvent},
};
use kaa_ism::{Bus as _, Context, Fanout, Message as _, Originator, Role, SendOptions, Status, listen, observe};
use kaa_proves::proves;
use kaa_service::RunningService;
use tokio::sync::mpsc;

use crate::{support::*, traces::Log};

type Seen = mpsc::UnboundedReceiver<ConnectedEvent>;

fn listener(originator: Originator, fanout: Fanout) -> (impl Role, Seen) {
    let (tell, seen) = mpsc::unbounded_channel();
    let role = listen(originator, fanout, move |event: ConnectedEvent, _: Context| {
        tell.send(event).unwrap();
        async { Ok(()) }
    });
    (role, seen)
}

/// How many of ten events of `kpc` each of two replicas sees.
async fn seen_by_two_replicas(fanout: Fanout) -> [usize; 2] {
    let world = World::new().await;
    let (first, mut seen_first) = listener(Originator::Any, fanout);
    let (second, mut seen_second) = listener(Originator::Any, fanout);
    let _replicas = [world.serve(first).await, world.serve(second).await];
    let kpc = world.service("kpc").start().await.unwrap();
    for _ in 0..10 {
        kpc.handle().broadcast(event()).await.unwrap();
    }
    idle().await;
    [&mut seen_first, &mut seen_second].map(|seen| std::iter::from_fn(|| seen.try_recv().ok()).count())
}

fn event() -> ConnectedEvent {
    ConnectedEvent::new([("ep-1", "demo-v1")])
}

#[proves("ISM-019")]
#[tokio::test(start_paused = true)]
async fn with_one_replica_each_event_is_handled_once() {
    let [first, second] = seen_by_two_replicas(Fanout::OneReplica).await;
    assert_eq!(first + second, 10);
    assert!(first > 0 && second > 0);
}

#[proves("ISM-020")]
#[tokio::test(start_paused = true)]
async fn with_every_replica_each_event_is_handled_by_all() {
    assert_eq!(seen_by_two_replicas(Fanout::EveryReplica).await, [10, 10]);
}

#[proves("ISM-013", "ISM-015", "ISM-016", "ELCE-001", "ELCE-002")]
#[tokio::test(start_paused = true)]
async fn events_carry_originator_replica_time_and_id() {
    let world = World::new().await;
    let mut all = Raw::listen(&world.bus, "kaa.v1.events.>").await;
    let kpc = world.service("kpc").start().await.unwrap();
    kpc.handle().broadcast(event()).await.unwrap();
    let incoming = all.next().await;
    assert_eq!(incoming.subject.as_str(), "kaa.v1.events.kpc.endpoint.connectivity.connected");
    assert!(incoming.reply_to.is_none());
    let event = ConnectedEvent::decode(&incoming.body).unwrap();
    assert_eq!(event.originator_replica_id, kpc.handle().identity().replica.as_str());
    assert_eq!((event.timestamp, event.timeout), (T0, 0));
    assert!(!event.correlation_id.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_listener_may_choose_the_originator() {
    let world = World::new().await;
    let (role, mut seen) = listener(Originator::Instance(instance("kpc-a")), Fanout::OneReplica);
    let _ext = world.serve(role).await;
    let start = |name| world.service(name).start();
    let (a, b) = (start("kpc-a").await.unwrap(), start("kpc-b").await.unwrap());
    b.handle().broadcast(event()).await.unwrap();
    a.handle().broadcast(event()).await.unwrap();
    a.handle().broadcast(DisconnectedEvent::new([("ep-1", "demo-v1")])).await.unwrap();
    let replica = |of: &RunningService| of.handle().identity().replica.as_str().to_owned();
    assert_eq!(seen.recv().await.unwrap().originator_replica_id, replica(&a));
    idle().await;
    assert!(seen.try_recv().is_err());
}

#[tokio::test(start_paused = true)]
async fn a_listener_that_fails_or_panics_tells_nobody_and_goes_on() {
    let world = World::new().await;
    let role = listen(Originator::Any, Fanout::OneReplica, async |event: ConnectedEvent, _context| {
        assert!(!event.endpoints.contains_key("panic"));
        if event.endpoints.contains_key("fail") { Err(Status::conflict("no")) } else { Ok(()) }
    });
    let ext = world.serve(role).await;
    for endpoint in ["panic", "fail", "ok"] {
        let event = ConnectedEvent::new([(endpoint, "demo-v1")]);
        ext.handle().broadcast(event).await.unwrap();
    }
    let handle = ext.handle();
    ext.shutdown().await;
    assert_eq!(outcomes(&handle), "handled 1, refused 1, panicked 1");
    assert_eq!(answers(&handle), "no-reply-to 3");
}

/// What the log warns of, and what is counted, when a role gets this three times on one subject and once on another.
async fn warnings(role: impl Role, body: impl Into<Bytes>) -> (Vec<String>, String) {
    let (log, _guard) = Log::start(tracing::Level::INFO);
    let (world, body) = (World::new().await, body.into());
    let ext = world.serve(role).await;
    let reply_to = Some("kaa.v1.replica.peer.x.y");
    for (originator, reply_to) in [("a", None), ("a", reply_to), ("a", None), ("b", None)] {
        let subject = format!("kaa.v1.events.{originator}.endpoint.data-collection.data-samples-received");
        world.peer.publish(&subject, reply_to, body.clone()).await;
    }
    let handle = ext.handle();
    ext.shutdown().await;
    (log.lines("WARN"), outcomes(&handle))
}

/// A listener that refuses every event.
fn refusing(status: Status) -> impl Role {
    listen(Originator::Any, Fanout::OneReplica, move |_: DataSamplesEvent, _: Context| {
        let status = status.clone();
        async { Err(status) }
    })
}

/// The same, but not at once.
fn refusing_later(status: Status) -> impl Role {
    listen(Originator::Any, Fanout::OneReplica, move |_: DataSamplesEvent, _: Context| {
        let status = status.clone();
        async {
            tokio::task::yield_now().await;
            Err(status)
        }
    })
}

/// An observer that refuses every event.
fn refusing_observer(status: Status) -> impl Role {
    let look = move |_: DataSamplesEventRef<'_>, _: &Context| Err(status.clone());
    observe::<DataSamplesEvent>(Originator::Any, Fanout::OneReplica, look)
}

#[tokio::test(start_paused = true)]
async fn what_is_refused_and_told_to_nobody_is_logged_once_for_each_subject_and_counted() {
    let mut event = DataSamplesEvent::new("demo-v1", "ep-1", ["a"]);
    event.correlation_id = "c-7".to_owned();
    let body = event.to_bytes();
    for status in [Status::conflict("no"), Status::unavailable("no")] {
        let status = status.with_source("a cause");
        for (lines, outcomes) in [
            warnings(refusing(status.clone()), body.clone()).await,
            warnings(refusing_later(status.clone()), body.clone()).await,
            warnings(refusing_observer(status), body.clone()).await,
        ] {
            let [first, second] = &lines[..] else { panic!("{lines:?}") };
            for (line, subject) in [(first, "kaa.v1.events.a."), (second, "kaa.v1.events.b.")] {
                for what in [subject, r#"correlation_id="c-7""#, "a cause"] {
                    assert!(line.contains(what), "{line}");
                }
            }
            assert_eq!(outcomes, "refused 4");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_read_is_logged_once_for_each_subject_and_counted() {
    let newer = [&DataSamplesEvent::new("demo-v1", "ep-1", ["a"]).to_bytes()[..], b"more"].concat();
    for (body, says, expected) in [
        (b"\x02".to_vec(), "the input ends", "undecodable 4"),
        (newer, "4 bytes are left over behind the message", "refused 4"),
    ] {
        // They also refuse what they can read.
        for (lines, outcomes) in [
            warnings(refusing(Status::conflict("no")), body.clone()).await,
            warnings(refusing_observer(Status::conflict("no")), body.clone()).await,
        ] {
            let lines: Vec<_> = lines.iter().filter(|line| line.contains("not as expected")).collect();
            let [first, second] = &lines[..] else { panic!("{lines:?}") };
            for (line, subject) in [(first, "kaa.v1.events.a."), (second, "kaa.v1.events.b.")] {
                assert!(line.contains(subject) && line.contains(says), "{line}");
            }
            assert_eq!(outcomes, expected);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_event_with_a_reply_to_is_not_answered() {
    let mut world = World::new().await;
    let (role, mut seen) = listener(Originator::Any, Fanout::EveryReplica);
    let ext = world.serve(role).await;
    let subject = "kaa.v1.events.kpc.endpoint.connectivity.connected";
    world.peer.publish(subject, Some("kaa.v1.replica.peer.x.y"), event().to_bytes()).await;
    assert!(seen.recv().await.is_some());
    let handle = ext.handle();
    ext.shutdown().await;
    assert!(world.peer.here().is_empty());
    assert_eq!(answers(&handle), "not-wanted 1");
}

#[tokio::test]
async fn who_sends_in_a_loop_lets_others_run() {
    let world = World::new().await;
    let ext = world.service("ext").start().await.unwrap();
    let (handle, to) = (ext.handle(), instance("nobody"));
    let other = tokio::spawn(async {});
    for _ in 0..1000 {
        handle.broadcast(event()).await.unwrap();
    }
    assert!(other.is_finished());
    let other = tokio::spawn(async {});
    for _ in 0..1000 {
        drop(handle.begin(None, &to, unordered("/x"), SendOptions::default()).await);
    }
    assert!(other.is_finished());
    let other = tokio::spawn(async {});
    for _ in 0..1000 {
        drop(handle.gather(DataSamplesEvent::new("v1", "ep-1", ["a"]), SendOptions::default()).await);
    }
    assert!(other.is_finished());
}
