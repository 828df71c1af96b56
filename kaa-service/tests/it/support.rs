//! What the tests are written with.

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use bytes::Bytes;
use futures::{FutureExt as _, StreamExt as _};
use kaa_esp::{ClientData, ExtensionData, Reply, extension};
use kaa_ism::{InstanceName, Message as _, Role, Status, Subject, SubjectFilter, Timestamp};
use kaa_service::{
    MemoryBus, RunningService, Service, ServiceHandle, Settings,
    testkit::TestClock,
    transport::{Delivery, Incoming, Outgoing, Subscription, Transport},
};
use tokio::{
    sync::{Semaphore, mpsc},
    time::Instant,
};
use tracing::Dispatch;

/// When the tests begin, in milliseconds since the epoch.
pub(crate) const T0: i64 = 1_800_000_000_000;

/// A bus, the time, and a communication service `peer` that sends to the extension instance `ext`.
pub(crate) struct World {
    pub(crate) bus: MemoryBus,
    pub(crate) clock: TestClock,
    pub(crate) peer: Raw,
    started: Instant,
}

impl World {
    pub(crate) async fn new() -> Self {
        let bus = MemoryBus::new();
        let peer = Raw::listen(&bus, "kaa.v1.replica.peer.>").await;
        Self { bus, clock: TestClock::at(Timestamp(T0)), peer, started: Instant::now() }
    }

    pub(crate) fn service(&self, instance: &str) -> Service {
        Service::new(Settings::new(instance).unwrap(), self.bus.clone()).with_clock(self.clock.clone())
    }

    /// `ext`, with this role.
    pub(crate) async fn serve(&self, role: impl Role) -> RunningService {
        self.service("ext").serve(role).start().await.unwrap()
    }

    /// A service that only sends.
    pub(crate) async fn caller(&self) -> RunningService {
        self.service("caller").start().await.unwrap()
    }

    /// Sends to `ext`, with a replyTo.
    pub(crate) async fn send(&self, data: ClientData) {
        self.send_bytes(data.to_bytes()).await;
    }

    pub(crate) async fn send_bytes(&self, body: impl Into<Bytes>) {
        let reply_to = "kaa.v1.replica.peer.esp.ExtensionData";
        self.peer.publish("kaa.v1.service.ext.esp.ClientData", Some(reply_to), body).await;
    }

    pub(crate) async fn send_without_reply_to(&self, data: ClientData) {
        self.peer.publish("kaa.v1.service.ext.esp.ClientData", None, data.to_bytes()).await;
    }

    /// The next answer to `peer`.
    pub(crate) async fn answer(&mut self) -> ExtensionData {
        ExtensionData::decode(&self.peer.next().await.body).unwrap()
    }

    /// Status code and reason phrase of the next answer.
    pub(crate) async fn status(&mut self) -> (i32, String) {
        let answer = self.answer().await;
        (answer.status_code, answer.reason_phrase.unwrap_or_default())
    }

    /// The answers that are here.
    pub(crate) fn answers(&mut self) -> Vec<ExtensionData> {
        self.peer.here().iter().map(|incoming| ExtensionData::decode(&incoming.body).unwrap()).collect()
    }

    /// How much time has passed.
    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }
}

/// Someone on the bus who is no service of ours.
pub(crate) struct Raw {
    bus: MemoryBus,
    subscription: Box<dyn Subscription>,
}

impl Raw {
    pub(crate) async fn listen(bus: &MemoryBus, filter: &str) -> Self {
        let subscription = bus.subscribe(SubjectFilter::parse(filter).unwrap(), None).await.unwrap();
        Self { bus: bus.clone(), subscription }
    }

    pub(crate) async fn publish(&self, to: &str, reply_to: Option<&str>, body: impl Into<Bytes>) {
        publish(&self.bus, to, reply_to, body).await;
    }

    pub(crate) async fn next(&mut self) -> Incoming {
        message(self.delivery().await)
    }

    pub(crate) async fn delivery(&mut self) -> Delivery {
        self.subscription.next().await.unwrap()
    }

    pub(crate) fn here(&mut self) -> Vec<Incoming> {
        let here = || tokio::task::coop::unconstrained(self.subscription.next()).now_or_never().flatten();
        std::iter::from_fn(here).map(message).collect()
    }

    /// Answers a message.
    pub(crate) async fn answer(&self, to: &Incoming, body: impl Into<Bytes>) {
        self.publish(to.reply_to.as_ref().unwrap().as_str(), None, body).await;
    }
}

fn message(delivery: Delivery) -> Incoming {
    match delivery {
        Delivery::Message(incoming) => incoming,
        other => panic!("{other:?}"),
    }
}

pub(crate) async fn publish(bus: &MemoryBus, to: &str, reply_to: Option<&str>, body: impl Into<Bytes>) {
    let reply_to = reply_to.map(|reply_to| Subject::parse(reply_to).unwrap());
    bus.publish(Outgoing::new(Subject::parse(to).unwrap(), reply_to, body.into())).await.unwrap();
}

/// A request of the endpoint `ep-1` with the request id 1, made now, that never expires.
pub(crate) fn request(path: &str) -> ClientData {
    let mut data = ClientData::new("demo-v1", path).with_endpoint_id("ep-1").with_request_id(1);
    data.correlation_id = format!("c{path}");
    data.timestamp = T0;
    data
}

/// The same for another endpoint.
pub(crate) fn request_of(endpoint: &str, path: &str) -> ClientData {
    request(path).with_endpoint_id(endpoint)
}

/// The same without an endpoint, so without order.
pub(crate) fn unordered(path: &str) -> ClientData {
    let mut data = request(path);
    data.endpoint_id = None;
    data
}

/// The same with a timeout.
pub(crate) fn expiring(path: &str, timeout: i64) -> ClientData {
    let mut data = request(path);
    data.timeout = timeout;
    data
}

pub(crate) fn instance(name: &str) -> InstanceName {
    InstanceName::parse(name).unwrap()
}

/// An extension that does what the path says.
pub(crate) fn scripted() -> impl Role {
    extension(async |data: ClientData, _context| {
        let path = data.resource_path.as_str();
        match path.strip_prefix("/after/").and_then(|ms| ms.parse().ok()) {
            Some(ms) => tokio::time::sleep(Duration::from_millis(ms)).await,
            None if path.ends_with("-later") => tokio::task::yield_now().await,
            None => {}
        }
        match path {
            "/refuse" | "/refuse-later" => Err(Status::not_found("no such thing").with_source("secret")),
            // A panic that is not printed.
            "/panic" | "/panic-later" => std::panic::resume_unwind(Box::new("secret")),
            "/hang" => std::future::pending().await,
            _ => Ok(Reply::bytes(data.payload)),
        }
    })
}

/// The test's side of [`gated`].
pub(crate) struct Gate {
    begun: mpsc::UnboundedReceiver<String>,
    go: Arc<Semaphore>,
}

/// An extension that tells when it begins with a message, and goes on when it is let.
pub(crate) fn gated() -> (impl Role, Gate) {
    let ((tell, begun), go) = (mpsc::unbounded_channel(), Arc::new(Semaphore::new(0)));
    let gate = Gate { begun, go: go.clone() };
    let role = extension(move |data: ClientData, _context| {
        tell.send(data.resource_path).unwrap();
        let go = go.clone();
        async move {
            go.acquire().await.unwrap().forget();
            Ok(Reply::empty())
        }
    });
    (role, gate)
}

impl Gate {
    /// Path of the next message that has been begun with.
    pub(crate) async fn begun(&mut self) -> String {
        self.begun.recv().await.unwrap()
    }

    /// Those that are begun with until nothing more happens by itself.
    pub(crate) async fn all_begun(&mut self) -> Vec<String> {
        idle().await;
        std::iter::from_fn(|| self.begun.try_recv().ok()).collect()
    }

    pub(crate) fn let_go(&self, count: usize) {
        self.go.add_permits(count);
    }
}

/// Until every task waits: the paused clock moves only then.
pub(crate) async fn idle() {
    tokio::time::sleep(Duration::from_millis(1)).await;
}

/// What may become of a message that is to be answered.
pub(crate) const ANSWERABLE: [&str; 7] =
    ["handled", "refused", "panicked", "timed-out", "cancelled", "overloaded", "malformed"];

/// What may become of one that is not: nobody waits any more, or nobody knows for whom.
pub(crate) const UNANSWERABLE: [&str; 2] = ["expired", "undecodable"];

/// What may become of an answer.
pub(crate) const ANSWERS: [&str; 4] = ["sent", "lost", "not-wanted", "no-reply-to"];

/// What became of messages, for example `handled 3, expired 1`.
pub(crate) fn outcomes(service: &ServiceHandle) -> String {
    summary(service, "kaa_messages_total", &[&ANSWERABLE[..], &UNANSWERABLE].concat())
}

/// What became of answers, for example `sent 3, no-reply-to 1`.
pub(crate) fn answers(service: &ServiceHandle) -> String {
    summary(service, "kaa_answers_total", &ANSWERS)
}

fn summary(service: &ServiceHandle, name: &str, outcomes: &[&str]) -> String {
    let counted = outcomes.iter().map(|outcome| (outcome, service.metrics().sum(name, ("outcome", outcome))));
    let counted = counted.filter(|(_, count)| *count > 0).map(|(outcome, count)| format!("{outcome} {count}"));
    counted.collect::<Vec<_>>().join(", ")
}

/// The value of a counter without labels.
pub(crate) fn counter(service: &ServiceHandle, name: &'static str) -> u64 {
    service.metrics().counter(name, &[]).value()
}

/// While there is one subscriber alone, `tracing` asks that of the thread which comes first to a line whether anybody wants it, and
/// keeps the answer for all threads: a test in another thread loses its lines. With two it asks all of them.
pub(crate) fn more_than_one_subscriber() {
    static TWO: LazyLock<[Dispatch; 2]> = LazyLock::new(|| {
        [(); 2].map(|()| Dispatch::new(tracing_subscriber::fmt().with_writer(std::io::sink).finish()))
    });
    LazyLock::force(&TWO);
}
