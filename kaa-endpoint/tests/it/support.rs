//! What the tests are written with.

use std::time::Duration;

use futures::{FutureExt as _, StreamExt as _};
use kaa_ism::{
    Bus as _, Context, Deadline, Event, EventFilter, Fanout, InstanceName, Message, ReplicaId, Request, RequestError,
    Response, Role, Stamp, Status, Subject, SubjectFilter, Timestamp, listen,
};
use kaa_service::{
    MemoryBus, RunningService, Service, ServiceHandle, Settings,
    transport::{Delivery, Incoming, Outgoing, Subscription, Transport as _},
};
use tokio::sync::mpsc;

/// A bus, and the services on it.
pub(crate) struct World {
    pub(crate) bus: MemoryBus,
    services: Vec<RunningService>,
}

impl World {
    pub(crate) fn new() -> Self {
        Self { bus: MemoryBus::new(), services: Vec::new() }
    }

    /// A replica of `instance` with this role; what it sends with.
    pub(crate) async fn serve(&mut self, instance: &str, role: impl Role) -> ServiceHandle {
        let service = Service::new(Settings::new(instance).unwrap(), self.bus.clone());
        self.start(service.serve(role)).await
    }

    /// A service that only sends.
    pub(crate) async fn caller(&mut self) -> ServiceHandle {
        let service = Service::new(Settings::new("caller").unwrap(), self.bus.clone());
        self.start(service).await
    }

    async fn start(&mut self, service: Service) -> ServiceHandle {
        let running = service.start().await.unwrap();
        let handle = running.handle();
        self.services.push(running);
        handle
    }

    /// The events that a replica of `instance` hears, each with its context.
    pub(crate) async fn heard<E: Event>(
        &mut self,
        instance: &str,
        events: EventFilter,
        fanout: Fanout,
    ) -> mpsc::Receiver<(E, Context)> {
        let (sender, receiver) = mpsc::channel(100);
        let role = listen(events, fanout, move |event: E, context: Context| {
            let sender = sender.clone();
            async move { sender.send((event, context)).await.map_err(Status::internal) }
        });
        self.serve(instance, role).await;
        receiver
    }

    /// Someone who is no service of ours, and gets what is published to `filter`.
    pub(crate) async fn raw(&self, filter: &str) -> Raw {
        let filter = SubjectFilter::parse(filter).unwrap();
        Raw { bus: self.bus.clone(), subscription: self.bus.subscribe(filter, None).await.unwrap() }
    }
}

/// See [`World::raw`].
pub(crate) struct Raw {
    bus: MemoryBus,
    subscription: Box<dyn Subscription>,
}

impl Raw {
    /// The next message, but for what services send to themselves to see that the bus works.
    pub(crate) async fn next(&mut self) -> Incoming {
        loop {
            match self.subscription.next().await.unwrap() {
                Delivery::Message(incoming) if incoming.subject.as_str().ends_with(".ism.ping") => {}
                Delivery::Message(incoming) => return incoming,
                other => panic!("{other:?}"),
            }
        }
    }

    /// Whether there is nothing now, when every task waits.
    pub(crate) async fn is_silent(&mut self) -> bool {
        idle().await;
        tokio::task::coop::unconstrained(self.next()).now_or_never().is_none()
    }

    pub(crate) async fn publish(&self, to: &Subject, reply_to: Option<&Subject>, message: &impl Message) {
        self.bus.publish(Outgoing::new(to.clone(), reply_to.cloned(), message.to_bytes())).await.unwrap();
    }

    /// Answers a message with its own correlation id.
    pub(crate) async fn answer<R: Response>(&self, to: &Incoming, answer: R) {
        let asked = R::Request::decode(&to.body).unwrap();
        let answer = stamped(answer, asked.envelope().correlation_id);
        self.publish(to.reply_to.as_ref().unwrap(), None, &answer).await;
    }
}

/// Until every task waits: the paused clock moves only then.
pub(crate) async fn idle() {
    tokio::time::sleep(Duration::from_millis(1)).await;
}

pub(crate) fn instance(name: &str) -> InstanceName {
    InstanceName::parse(name).unwrap()
}

fn replica() -> ReplicaId {
    ReplicaId::parse("r1").unwrap()
}

/// The message with a correlation id, and no deadline.
pub(crate) fn stamped<M: Message>(mut message: M, correlation_id: &str) -> M {
    message.stamp(&Stamp::new(correlation_id, Timestamp(1), Deadline::NEVER, &replica()));
    message
}

/// Where a request goes to the instance `peer`.
pub(crate) fn address<R: Request>() -> Subject {
    Subject::service(&instance("peer"), R::KIND)
}

/// What the instance `peer` answers to a request that names any replyTo: several of them get one answer each, there,
/// with their correlation ids.
pub(crate) async fn answered<R: Request + Clone>(role: impl Role, request: R) -> R::Response {
    let mut world = World::new();
    let protocol = R::KIND.as_str().split('.').next().unwrap();
    let reply_to = Subject::parse(format!("kaa.v1.replica.r1.{protocol}.x-response")).unwrap();
    let mut asker = world.raw(reply_to.as_str()).await;
    world.serve("peer", role).await;
    let mut expected = ["c1", "c2", "c3"];
    for id in expected {
        asker.publish(&address::<R>(), Some(&reply_to), &stamped(request.clone(), id)).await;
    }
    let mut answers = Vec::new();
    for _ in expected {
        answers.push(R::Response::decode(&asker.next().await.body).unwrap());
    }
    assert!(asker.is_silent().await, "one answer each");
    let mut ids: Vec<_> = answers.iter().map(|answer| answer.envelope().correlation_id.to_owned()).collect();
    ids.sort_unstable();
    expected.sort_unstable();
    assert_eq!(ids, expected);
    answers.pop().unwrap()
}

/// The request that a handle sends to the instance `peer`: one message, whose replyTo is that of the asking replica.
pub(crate) async fn asked<R: Request>(ask: impl AsyncFnOnce(ServiceHandle)) -> R {
    let mut world = World::new();
    let mut peer = world.raw("kaa.v1.service.peer.>").await;
    let caller = world.caller().await;
    let replica = caller.identity().replica.clone();
    let incoming = tokio::select! {
        incoming = peer.next() => incoming,
        () = ask(caller) => panic!("not answered yet"),
    };
    assert_eq!(incoming.subject, address::<R>());
    assert_eq!(incoming.reply_to, Some(Subject::replica(&replica, <R::Response as Response>::KIND)));
    assert!(peer.is_silent().await, "one message");
    let request = R::decode(&incoming.body).unwrap();
    assert_ne!(request.envelope().correlation_id, "");
    request
}

/// The status of a refusal as text.
pub(crate) fn refusal<T: std::fmt::Debug>(result: Result<T, RequestError>) -> String {
    match result.unwrap_err() {
        RequestError::Refused(status) => status.to_string(),
        other => panic!("{other:?}"),
    }
}
