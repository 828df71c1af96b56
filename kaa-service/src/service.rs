//! Building and running a service.

use std::{collections::HashMap, fmt, future::Future, sync::Arc, time::Duration};

use kaa_ism::{Clock, Fanout, Handler, Handlers, Interest, Observer, Role, Subject, SubjectFilter};
use tokio::{sync::mpsc, task::JoinSet};

use crate::{
    Error, RunningService, ServiceHandle, Settings, SystemClock,
    core::{Core, PING},
    management::{Ended, Management, Unset},
    runner::{Inbox, Limits, REPLICA_QUEUE, ReplicaRole, Route, Seen, Stop, Typed, serve_refusals, serve_replica},
    settings::Policy,
    transport::{Action, Transport, unless_refused},
};

/// A service that has not been started yet: who it is, which bus it is on, which roles it plays.
///
/// ```
/// use kaa_esp::{ClientData, Reply, extension};
/// use kaa_service::{MemoryBus, Service, Settings};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), kaa_service::Error> {
/// let service = Service::new(Settings::new("hello")?, MemoryBus::new())
///     .serve(extension(async |data: ClientData, _context| Ok(Reply::bytes(data.payload))));
/// let running = service.start().await?;
/// // …
/// running.shutdown().await;
/// # Ok(())
/// # }
/// ```
#[must_use = "a service does nothing until it is started"]
pub struct Service {
    settings: Settings,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    policy: Policy,
    routes: Vec<Box<dyn Route>>,
    core: Option<Arc<Core>>,
}

/// How long the start waits for the bus to carry a message to ourselves.
const READY_WITHIN: Duration = Duration::from_secs(10);

impl Service {
    /// A service without roles.
    pub fn new(settings: Settings, transport: impl Transport) -> Self {
        Self::on(settings, Arc::new(transport))
    }

    /// A service without roles, on a transport that others use too.
    pub fn on(settings: Settings, transport: Arc<dyn Transport>) -> Self {
        Self {
            policy: settings.policy(),
            settings,
            transport,
            clock: Arc::new(SystemClock::new()),
            routes: Vec::new(),
            core: None,
        }
    }

    /// Plays a role.
    pub fn serve(mut self, role: impl Role) -> Self {
        role.install(&mut Installer(&mut self.routes));
        self
    }

    /// With a clock of its own. Has to come before [`handle`](Self::handle).
    pub fn with_clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// With other bounds for each role, in place of all those below `service.limits`.
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.policy = self.policy.with_limits(limits);
        self
    }

    /// Treats messages as valid for `tolerance` longer than they say, for peers whose clocks differ. Default:
    /// `service.clock-skew`, else 0.
    pub fn with_clock_skew(mut self, tolerance: Duration) -> Self {
        self.policy.clock_skew = tolerance;
        self
    }

    /// Refuses messages with bytes left over behind the last field. Default: they are accepted and counted, since peers of
    /// a newer release append fields; unless `service.refuse-left-over-bytes` is true.
    pub fn refusing_left_over_bytes(mut self) -> Self {
        self.policy.refuse_left_over = true;
        self
    }

    /// What it has been made with.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What its roles listen to. Besides, every service listens to all that is sent to its replica.
    #[must_use]
    pub fn interests(&self) -> Vec<Interest> {
        self.routes.iter().map(|route| route.interest()).collect()
    }

    /// What the service will send with, for roles that send. Calls have answers only once the service has been started.
    pub fn handle(&mut self) -> ServiceHandle {
        ServiceHandle(self.core().clone())
    }

    fn core(&mut self) -> &Arc<Core> {
        self.core.get_or_insert_with(|| {
            let (transport, clock) = (self.transport.clone(), self.clock.clone());
            Arc::new(Core::new(self.settings.identity(), transport, clock, self.policy.revision))
        })
    }

    /// Subscribes, and waits until the bus has carried a message to ourselves: from then on nothing sent to this service is
    /// missed.
    ///
    /// Dropping the future before it is ready leaves nothing behind.
    ///
    /// # Errors
    ///
    /// [`Error`] if the bus does not subscribe or carry messages, if it does not permit either (the error says what to do
    /// about it), or if two roles handle the same kind of targeted messages or listen to the same events with
    /// [`Fanout::OneReplica`].
    pub async fn start(mut self) -> Result<RunningService, Error> {
        let core = self.core().clone();
        let stop = Stop::default();
        // Before anything is subscribed: a member of a queue group that goes again takes messages with it.
        let interests = self.interests();
        check_distinct(&interests)?;
        let (refusals, own) = (self.transport.refusals(), SubjectFilter::replica(&core.identity.replica));
        let ping = Subject::replica(&core.identity.replica, PING);
        let mut needed = vec![Action::Publish(ping), Action::Subscribe(own.clone())];
        let own = self.transport.subscribe(own, None).await?;
        let (mut tasks, mut roles) = (JoinSet::new(), HashMap::new());
        for (interest, route) in interests.into_iter().zip(self.routes) {
            let instance = core.identity.instance.clone();
            let (filter, queue, replica) = match interest {
                Interest::Targeted(kind) => {
                    let (sender, receiver) = mpsc::channel(REPLICA_QUEUE);
                    roles.insert(kind.as_str(), ReplicaRole { sender, refuser: route.refuser() });
                    (Subject::service(&instance, kind).into(), Some(instance), Some(receiver))
                }
                Interest::TargetedWithVariable(kind) => {
                    (SubjectFilter::one_way_with_variable(&instance, kind), Some(instance), None)
                }
                Interest::Events(filter, Fanout::OneReplica) => (filter, Some(instance), None),
                Interest::Events(filter, Fanout::EveryReplica) => (filter, None, None),
                other => return Err(Error::unknown_interest(&other)),
            };
            needed.push(Action::Subscribe(filter.clone()));
            let subscription = self.transport.subscribe(filter, queue).await?;
            tasks.spawn(route.run(core.clone(), self.policy, Inbox { subscription, replica }, stop.clone()));
        }
        let mut replica = JoinSet::new();
        replica.spawn(serve_replica(core.clone(), own, roles));
        let pending = core.pending.clone();
        replica.spawn(async move { pending.serve_deadlines().await });
        replica.spawn(serve_refusals(core.clone(), self.transport.refusals()));
        let ready = async {
            let ready = core.round_trip(READY_WITHIN).await;
            core.transport.settled().await;
            ready
        };
        unless_refused(refusals, &needed, ready).await.map_err(|refused| Error::not_permitted(&refused))??;
        let (instance, id) = (core.identity.instance.as_str(), core.identity.replica.as_str());
        tracing::info!(instance, replica = id, roles = tasks.len(), "ready");
        let (_ended, grace) = (Ended(core.clone()), self.settings.graceful_shutdown());
        Ok(RunningService { core, stop, tasks, replica, grace, _ended })
    }

    /// Starts, and runs until SIGTERM or SIGINT; then shuts down gracefully. Meanwhile [`Management`] is on the port
    /// `management.port`; without that setting on 8080, unless that is taken.
    ///
    /// # Errors
    ///
    /// Those of [`start`](Self::start), and [`Error`] if `management.port` cannot be listened on.
    pub async fn run(self) -> Result<(), Error> {
        self.run_managed(Unset::Default, crate::signal::terminated()).await
    }

    /// Starts, and runs until `end` is ready; then shuts down gracefully. Meanwhile [`Management`] is on the port
    /// `management.port`, if that is set.
    ///
    /// # Errors
    ///
    /// Those of [`run`](Self::run).
    pub async fn run_until(self, end: impl Future<Output = ()>) -> Result<(), Error> {
        self.run_managed(Unset::Off, end).await
    }

    async fn run_managed(mut self, unset: Unset, end: impl Future<Output = ()>) -> Result<(), Error> {
        let management = Management::new();
        management.add(&self.handle());
        // From before the start, when it is not ready, to the very end.
        let _server = management.listen_or(&self.settings, unset).await?;
        let settings = self.settings.clone();
        let running = self.start().await?;
        settings.warn_unknown_keys();
        end.await;
        running.shutdown().await;
        Ok(())
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service").field("settings", &self.settings).field("roles", &self.routes.len()).finish()
    }
}

/// Refuses roles that would share what each of them is to get whole.
fn check_distinct(interests: &[Interest]) -> Result<(), Error> {
    for (index, one) in interests.iter().enumerate() {
        for other in interests.iter().take(index) {
            match (one, other) {
                (Interest::Targeted(one), Interest::Targeted(other))
                | (Interest::TargetedWithVariable(one), Interest::TargetedWithVariable(other))
                    if one == other =>
                {
                    return Err(Error::two_roles(one));
                }
                // They are in the same queue group: the bus would give each event to one of the two.
                (Interest::Events(one, Fanout::OneReplica), Interest::Events(other, Fanout::OneReplica))
                    if overlap(one, other) =>
                {
                    return Err(Error::two_roles(one));
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// Whether a subject may match both.
fn overlap(one: &SubjectFilter, other: &SubjectFilter) -> bool {
    let (mut one, mut other) = (one.as_str().split('.'), other.as_str().split('.'));
    loop {
        match (one.next(), other.next()) {
            (Some(">"), Some(_)) | (Some(_), Some(">")) | (None, None) => return true,
            (Some("*"), Some(_)) | (Some(_), Some("*")) => {}
            (a, b) if a == b => {}
            _ => return false,
        }
    }
}

struct Installer<'a>(&'a mut Vec<Box<dyn Route>>);

impl Handlers for Installer<'_> {
    fn add(&mut self, handler: impl Handler) {
        self.0.push(Box::new(Typed(Arc::new(handler))));
    }

    fn add_observer(&mut self, observer: impl Observer) {
        self.0.push(Box::new(Seen(Arc::new(observer))));
    }
}
