//! What the tests are written with.

use std::time::Duration;

use futures::{FutureExt as _, StreamExt as _};
use kaa_esp::{ClientData, Context, ExtensionData, Reply, Status, extension};
use kaa_ism::{Clock, InstanceName, Role, SubjectFilter, Timestamp};
use kaa_service::{
    MemoryBus, RunningService, Service, Settings,
    transport::{Delivery, Incoming, Outgoing, Subscription, Transport as _},
};
use tokio::time::Instant;

/// Follows tokio's clock.
struct TestClock(Instant);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp(1_800_000_000_000 + i64::try_from(self.0.elapsed().as_millis()).unwrap())
    }
}

/// A bus, and the time since the test began.
pub(crate) struct World {
    bus: MemoryBus,
    started: Instant,
}

impl World {
    pub(crate) fn new() -> Self {
        Self { bus: MemoryBus::new(), started: Instant::now() }
    }

    /// A service with the given instance name and replica id.
    pub(crate) fn service(&self, instance: &str, replica: &str) -> Service {
        let settings = format!("service.instance.replica.id: {replica}");
        let settings = Settings::from_yaml(instance, &settings).unwrap();
        Service::new(settings, self.bus.clone()).with_clock(TestClock(self.started))
    }

    /// A service with one role.
    pub(crate) async fn serve(&self, instance: &str, replica: &str, role: impl Role) -> RunningService {
        self.service(instance, replica).serve(role).start().await.unwrap()
    }

    /// A replica of the extension `dialog` that does what the path says and answers with its own id.
    pub(crate) async fn dialog(&self, replica: &'static str) -> RunningService {
        let role = extension(move |data: ClientData, _: Context| async move {
            match data.resource_path.as_str() {
                "/stay" => Ok(Reply::bytes(replica).pinned()),
                "/refuse" => Err(Status::conflict(replica)),
                _ => Ok(Reply::bytes(replica)),
            }
        });
        self.serve("dialog", replica, role).await
    }

    /// Everything that is published there.
    pub(crate) async fn listen(&self, filter: &str) -> Box<dyn Subscription> {
        self.bus.subscribe(SubjectFilter::parse(filter).unwrap(), None).await.unwrap()
    }

    pub(crate) async fn publish(&self, message: Outgoing) {
        self.bus.publish(message).await.unwrap();
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }
}

/// The next message.
pub(crate) async fn next(subscription: &mut Box<dyn Subscription>) -> Incoming {
    match subscription.next().await.unwrap() {
        Delivery::Message(incoming) => incoming,
        other => panic!("{other:?}"),
    }
}

/// The subjects of the messages that are here.
pub(crate) fn subjects(subscription: &mut Box<dyn Subscription>) -> Vec<String> {
    let here = || tokio::task::coop::unconstrained(subscription.next()).now_or_never().flatten();
    let message = |delivery| match delivery {
        Delivery::Message(incoming) => incoming.subject.to_string(),
        other => panic!("{other:?}"),
    };
    std::iter::from_fn(here).map(message).collect()
}

/// Until every task waits: the paused clock moves only then.
pub(crate) async fn idle() {
    tokio::time::sleep(Duration::from_millis(1)).await;
}

pub(crate) fn instance(name: &str) -> InstanceName {
    InstanceName::parse(name).unwrap()
}

/// A request of the endpoint `ep-1`.
pub(crate) fn request(path: &str) -> ClientData {
    ClientData::new("demo-v1", path).with_endpoint_id("ep-1").with_request_id(1)
}

/// What the replica said: its id.
pub(crate) fn who(answer: &ExtensionData) -> &str {
    match &answer.payload {
        Some(payload) => std::str::from_utf8(payload).unwrap(),
        None => answer.reason_phrase.as_deref().unwrap(),
    }
}
