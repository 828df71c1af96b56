//! Events that are looked at where they lie.

use std::sync::{Arc, Mutex};

use kaa_endpoint::{
    dstp::{DataSamplesEvent, DataSamplesEventRef},
    tstp::{DataPoint, TimeSeriesEvent, TimeSeriesEventRef},
};
use kaa_ism::{
    Bus as _, Call, Context, Fanout, Layer, Message as _, Originator, Role, Status, WireRevision, layered, observe,
};
use kaa_service::{RunningService, Service, Settings, trace::TraceContext};
use tokio::sync::mpsc;

use crate::support::*;

const SUBJECT: &str = "kaa.v1.events.kpc.endpoint.data-collection.data-samples-received";

type Seen = mpsc::UnboundedReceiver<String>;

/// Tells the samples that it sees, and does what they say.
fn observer() -> (impl Role, Seen) {
    let (tell, seen) = mpsc::unbounded_channel();
    let role = observe::<DataSamplesEvent>(
        Originator::Any,
        Fanout::EveryReplica,
        move |event: DataSamplesEventRef<'_>, context: &Context| {
            let text = String::from_utf8_lossy(event.data_samples[0]).into_owned();
            assert_eq!((event.endpoint_id, context.subject.as_str()), ("ep-1", SUBJECT));
            tell.send(text.clone()).unwrap();
            match text.as_str() {
                // A panic that is not printed.
                "panic" => std::panic::resume_unwind(Box::new("secret")),
                "fail" => Err(Status::conflict("no")),
                _ => Ok(()),
            }
        },
    );
    (role, seen)
}

fn event(sample: &str) -> DataSamplesEvent {
    let mut event = DataSamplesEvent::new("demo-v1", "ep-1", [sample.to_owned()]);
    event.timestamp = T0;
    event
}

/// What `service` saw and counted of these bodies.
async fn seen_of(service: impl FnOnce(&World) -> Service, bodies: &[Vec<u8>]) -> (String, String, String) {
    let world = World::new().await;
    let (role, mut seen) = observer();
    let ext = service(&world).serve(role).start().await.unwrap();
    for body in bodies {
        world.peer.publish(SUBJECT, None, body.clone()).await;
    }
    let handle = ext.handle();
    ext.shutdown().await;
    let seen: Vec<_> = std::iter::from_fn(|| seen.try_recv().ok()).collect();
    (seen.join(" "), outcomes(&handle), answers(&handle))
}

#[tokio::test(start_paused = true)]
async fn an_observer_sees_events_in_order_and_goes_on_behind_errors_and_panics() {
    let bodies = ["a", "fail", "b", "panic", "c"].map(|sample| event(sample).to_bytes().to_vec());
    let (seen, outcomes, answers) = seen_of(|world| world.service("ext"), &bodies).await;
    assert_eq!(seen, "a fail b panic c");
    assert_eq!(outcomes, "handled 3, refused 1, panicked 1");
    assert_eq!(answers, "no-reply-to 5");
}

#[tokio::test(start_paused = true)]
async fn what_is_expired_or_cannot_be_read_is_counted_and_not_seen() {
    let mut expired = event("late");
    (expired.timestamp, expired.timeout) = (T0 - 10, 5);
    let newer = [&event("newer").to_bytes()[..], b"more"].concat();
    let bodies = [expired.to_bytes().to_vec(), b"\x02".to_vec(), newer, event("a").to_bytes().to_vec()];
    let (seen, outcomes, _) = seen_of(|world| world.service("ext"), &bodies).await;
    assert_eq!((seen.as_str(), outcomes.as_str()), ("newer a", "handled 2, expired 1, undecodable 1"));
    let strict = |world: &World| world.service("ext").refusing_left_over_bytes();
    let (seen, outcomes, _) = seen_of(strict, &bodies).await;
    assert_eq!((seen.as_str(), outcomes.as_str()), ("a", "handled 1, expired 1, undecodable 2"));
}

#[tokio::test(start_paused = true)]
async fn nobody_is_answered() {
    let mut world = World::new().await;
    let (role, mut seen) = observer();
    let ext = world.serve(role).await;
    world.peer.publish(SUBJECT, Some("kaa.v1.replica.peer.x.y"), event("fail").to_bytes()).await;
    assert_eq!(seen.recv().await.as_deref(), Some("fail"));
    let handle = ext.handle();
    ext.shutdown().await;
    assert!(world.peer.here().is_empty());
    assert_eq!(answers(&handle), "not-wanted 1");
}

#[tokio::test(start_paused = true)]
async fn an_observer_has_the_trace_of_its_event_and_its_time_is_measured() {
    let world = World::new().await;
    let traces = Arc::new(Mutex::new(Vec::new()));
    let told = traces.clone();
    let role = observe::<DataSamplesEvent>(
        Originator::Any,
        Fanout::EveryReplica,
        move |_: DataSamplesEventRef<'_>, _: &Context| {
            told.lock().unwrap().push(TraceContext::current());
            Ok(())
        },
    );
    let ext = world.serve(role).await;
    let times = ext.handle().metrics().histogram("kaa_handling_seconds", &[("message", DataSamplesEvent::NAME)]);
    let trace = Arc::new(TraceContext::parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01").unwrap());
    let caller = world.caller().await.handle();
    trace.clone().scope(caller.broadcast(event("a"))).await.unwrap();
    ext.shutdown().await;
    assert_eq!(*traces.lock().unwrap(), [Some(trace)]);
    assert_eq!(times.count(), 1);
}

/// Sees the time stamps of ingestion.
fn ingested() -> (impl Role, mpsc::UnboundedReceiver<i64>) {
    let (tell, seen) = mpsc::unbounded_channel();
    let look = move |event: TimeSeriesEventRef<'_>, _: &Context| {
        event.data_points.iter().for_each(|point| tell.send(point.ingestion_timestamp).unwrap());
        Ok(())
    };
    (observe::<TimeSeriesEvent>(Originator::Any, Fanout::EveryReplica, look), seen)
}

#[tokio::test(start_paused = true)]
async fn an_event_of_an_older_release_is_read_as_that_release_wrote_it() {
    let world = World::new().await;
    let settings = Settings::from_yaml("ext", "service.wire-revision: 2024-05-09");
    let (role, mut seen) = ingested();
    let ext = Service::new(settings.unwrap(), world.bus.clone()).serve(role).start().await.unwrap();
    let point = DataPoint::new(T0, [("rpm", 7)]).with_ingestion_timestamp(T0 + 1);
    let event = TimeSeriesEvent::new("demo-v1", "ep-1", "rpm", [point]);
    let subject = "kaa.v1.events.epts.endpoint.data-collection.data-points-received.rpm";
    world.peer.publish(subject, None, event.to_bytes_revision(WireRevision::R2024_05_09)).await;
    world.peer.publish(subject, None, b"\x02x".to_vec()).await;
    let handle = ext.handle();
    ext.shutdown().await;
    assert_eq!(seen.recv().await, Some(0));
    assert_eq!(outcomes(&handle), "handled 1, undecodable 1");
}

/// Refuses everything.
struct Closed;

impl Layer for Closed {
    async fn around<T: Send>(&self, _: Call, _: impl Future<Output = Result<T, Status>> + Send) -> Result<T, Status> {
        Err(Status::forbidden("closed"))
    }
}

/// Lets everything in.
struct Open;

impl Layer for Open {
    async fn around<T: Send>(
        &self,
        _: Call,
        next: impl Future<Output = Result<T, Status>> + Send,
    ) -> Result<T, Status> {
        next.await
    }
}

#[tokio::test(start_paused = true)]
async fn layers_are_around_an_observer_too() {
    let world = World::new().await;
    let ((closed, mut never), (open, mut seen)) = (observer(), observer());
    let services: [RunningService; 2] =
        [world.serve(layered(Closed, closed)).await, world.serve(layered(Open, open)).await];
    for sample in ["a", "b"] {
        world.peer.publish(SUBJECT, None, event(sample).to_bytes()).await;
    }
    let handles = services.each_ref().map(RunningService::handle);
    for service in services {
        service.shutdown().await;
    }
    assert_eq!(handles.each_ref().map(outcomes), ["refused 2", "handled 2"]);
    assert_eq!((seen.recv().await.as_deref(), seen.recv().await.as_deref()), (Some("a"), Some("b")));
    assert_eq!(never.recv().await, None);
}
