//! What the tests are written with.

use std::{collections::BTreeMap, time::Duration};

use futures::{FutureExt as _, StreamExt as _};
use kaa_esp::{ClientData, Context, Esp as _, ExtensionData, Reply, SessionHandle, Sessions, Status, extension};
use kaa_ism::{CallError, Clock, InstanceName, Role, SendOptions, SubjectFilter, Timestamp};
use kaa_service::{
    MemoryBus, RunningService, Service, ServiceHandle, Settings,
    transport::{Delivery, Incoming, Outgoing, Subscription, Transport as _},
};
use tokio::time::Instant;

pub(crate) const TO_INSTANCE: &str = "kaa.v1.service.dialog.esp.ClientData";
pub(crate) const TO_D1: &str = "kaa.v1.replica.d1.esp.ClientData";

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

/// A communication service that keeps sessions.
pub(crate) struct Client {
    _kpc: RunningService,
    pub(crate) bus: ServiceHandle,
    pub(crate) sessions: SessionHandle<ServiceHandle>,
}

impl Client {
    pub(crate) async fn new(world: &World) -> Self {
        let kpc = world.service("kpc", "k1").start().await.unwrap();
        let sessions = kpc.handle().esp().with_sessions(Sessions::new(100, Duration::from_secs(600)));
        Self { bus: kpc.handle(), _kpc: kpc, sessions }
    }

    pub(crate) async fn try_call(&self, path: &str, options: SendOptions) -> Result<ExtensionData, CallError> {
        self.sessions.call("ep-1", &instance("dialog"), request(path), self.bus.now(), options).await
    }

    /// Which replica answers.
    pub(crate) async fn call(&self, path: &str) -> String {
        who(&self.try_call(path, SendOptions::default()).await.unwrap()).to_owned()
    }
}

/// A client, and replicas of `dialog` that come and go.
pub(crate) struct Scene {
    pub(crate) world: World,
    pub(crate) client: Client,
    replicas: BTreeMap<&'static str, RunningService>,
    /// Takes messages in the place of a replica and answers none.
    _silent: Option<Box<dyn Subscription>>,
}

impl Scene {
    /// The replica `d1` is there, and there is no session yet.
    pub(crate) async fn new() -> Self {
        let world = World::new();
        let client = Client::new(&world).await;
        let mut scene = Self { world, client, replicas: BTreeMap::new(), _silent: None };
        scene.comes("d1").await;
        scene
    }

    /// The session is pinned to the replica `d1`.
    pub(crate) async fn pinned() -> Self {
        let scene = Self::new().await;
        assert_eq!(scene.client.call("/stay").await, "d1");
        scene
    }

    /// The session is pinned to the replica `d1`, which is gone, while `d2` is there.
    pub(crate) async fn moved() -> Self {
        let mut scene = Self::pinned().await;
        scene.comes("d2").await;
        scene.goes("d1").await;
        scene
    }

    /// The same, but messages to `d1` are taken and not answered.
    pub(crate) async fn hung() -> Self {
        let mut scene = Self::moved().await;
        scene._silent = Some(scene.world.listen(TO_D1).await);
        scene
    }

    pub(crate) async fn comes(&mut self, replica: &'static str) {
        self.replicas.insert(replica, self.world.dialog(replica).await);
    }

    /// At once, like one that has been killed.
    pub(crate) async fn goes(&mut self, replica: &str) {
        self.replicas.remove(replica).unwrap();
        idle().await;
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
