//! A bus, the time, and services.

use std::{
    collections::BTreeMap,
    fmt,
    future::Future,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures::FutureExt as _;
use kaa_ism::{Clock as _, Timestamp};
use tokio::{
    runtime::{Handle, RuntimeFlavor},
    time::Instant,
};

use super::{TestClock, TestService, tap::Tap};
use crate::{
    Error, Faults, MemoryBus, Service, Settings, SystemClock,
    transport::{BoxFuture, Transport},
};

/// When the time of a test begins: 2027-01-15T08:00:00Z.
const START: Timestamp = Timestamp(1_800_000_000_000);

/// The variable with the servers for [`TestKit::from_environment`].
const SERVERS: &str = "KAA_TEST_NATS_URLS";

/// A bus, the time, and services that are started on it.
///
/// On a bus within the process time stands still unless the test waits for something: a kit pauses the time of tokio if
/// the runtime has one thread, as in a plain `#[tokio::test]`. On a real server, and with more threads, time is real.
pub struct TestKit {
    net: Net,
    clock: TestClock,
    /// How often a connection has been made for an instance.
    connections: Mutex<BTreeMap<String, usize>>,
}

enum Net {
    Memory(MemoryBus),
    Servers {
        urls: Vec<String>,
        /// Who has named them.
        from: &'static str,
        connect: Box<Connect>,
    },
}

type Connect = dyn Fn(Settings) -> BoxFuture<'static, Result<Arc<dyn Transport>, Error>> + Send + Sync;

impl TestKit {
    /// On a bus within the process, without faults.
    #[must_use]
    pub fn new() -> Self {
        Self::on(MemoryBus::new())
    }

    /// On a bus within the process, with faults at random between its services.
    #[must_use]
    pub fn with_faults(faults: Faults) -> Self {
        Self::on(MemoryBus::new().with_faults(faults))
    }

    /// On this bus. Each service gets a connection of its own, with the name of its instance; the second of an instance
    /// `x` is `x-2`, and so on. For what goes wrong between them keep a clone: [`MemoryBus::faults`].
    #[must_use]
    pub fn on(bus: MemoryBus) -> Self {
        stop_time();
        Self { net: Net::Memory(bus), clock: TestClock::at(START), connections: Mutex::default() }
    }

    /// On real servers. `connect` makes the connection of one service; its settings name the servers.
    #[must_use]
    pub fn over<F, Fut, T>(servers: impl IntoIterator<Item = impl Into<String>>, connect: F) -> Self
    where
        F: Fn(Settings) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<T, Error>> + Send + 'static,
        T: Transport,
    {
        Self::over_those_of("the test", servers, connect)
    }

    fn over_those_of<F, Fut, T>(
        from: &'static str,
        servers: impl IntoIterator<Item = impl Into<String>>,
        connect: F,
    ) -> Self
    where
        F: Fn(Settings) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<T, Error>> + Send + 'static,
        T: Transport,
    {
        let connect = move |settings| {
            let connecting = connect(settings);
            async move { Ok(Arc::new(connecting.await?) as Arc<dyn Transport>) }.boxed()
        };
        let urls = servers.into_iter().map(Into::into).collect();
        let clock = TestClock::at(SystemClock::new().now());
        let net = Net::Servers { urls, from, connect: Box::new(connect) };
        Self { net, clock, connections: Mutex::default() }
    }

    /// The same test here and there: on the servers that the variable `KAA_TEST_NATS_URLS` names (separated by commas),
    /// else on a bus within the process.
    ///
    /// ```
    /// use kaa_service::{Settings, testkit::TestKit};
    ///
    /// # mod kaa_nats {
    /// #     use kaa_service::{Error, MemoryBus, Settings};
    /// #     pub async fn connect(_settings: &Settings) -> Result<MemoryBus, Error> {
    /// #         Ok(MemoryBus::new())
    /// #     }
    /// # }
    /// # async fn example() -> Result<(), kaa_service::Error> {
    /// let kit = TestKit::from_environment(async |settings: Settings| kaa_nats::connect(&settings).await);
    /// # kit.peer("kpc").await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Tests that share a server hear each other: run them one by one, with `--test-threads=1`.
    #[must_use]
    pub fn from_environment<F, Fut, T>(connect: F) -> Self
    where
        F: Fn(Settings) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<T, Error>> + Send + 'static,
        T: Transport,
    {
        match std::env::var(SERVERS) {
            Ok(servers) => Self::over_those_of(SERVERS, servers.split(',').map(str::trim), connect),
            Err(_) => Self::new(),
        }
    }

    /// The clock of all services of this kit.
    #[must_use]
    pub fn clock(&self) -> &TestClock {
        &self.clock
    }

    /// Lets time pass: that of tokio, and with it the clock. All that is due by then happens, in its order.
    pub async fn advance(&self, by: Duration) {
        tokio::time::sleep(by).await;
    }

    /// Starts a service; `roles` gives it roles, and whatever else [`Service`] can be given.
    ///
    /// # Errors
    ///
    /// [`Error`] if the name is none, or the service does not start.
    pub async fn start(&self, instance: &str, roles: impl FnOnce(Service) -> Service) -> Result<TestService, Error> {
        self.start_with(Settings::new(instance)?, roles).await
    }

    /// The same with settings.
    ///
    /// # Errors
    ///
    /// [`Error`] if there is no connection, or the service does not start.
    pub async fn start_with(
        &self,
        settings: Settings,
        roles: impl FnOnce(Service) -> Service,
    ) -> Result<TestService, Error> {
        let identity = settings.identity();
        let transport = self.connect(&settings, identity.instance.as_str()).await?;
        let tap = Tap::new(transport, &identity.replica);
        let service = Service::new(settings, tap.clone()).with_clock(self.clock.clone());
        Ok(TestService::new(roles(service).start().await?, tap))
    }

    /// Starts a service without roles, that sends as a test tells it.
    ///
    /// # Errors
    ///
    /// Those of [`start`](Self::start).
    pub async fn peer(&self, instance: &str) -> Result<TestService, Error> {
        self.start(instance, |service| service).await
    }

    async fn connect(&self, settings: &Settings, instance: &str) -> Result<Arc<dyn Transport>, Error> {
        match &self.net {
            Net::Memory(bus) => Ok(Arc::new(bus.connect(&self.name(instance)))),
            Net::Servers { urls, from, connect } => connect(settings.clone().with_nats_urls_of(from, urls)).await,
        }
    }

    fn name(&self, instance: &str) -> String {
        let mut connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        let count = connections.entry(instance.to_owned()).or_default();
        *count += 1;
        if *count == 1 { instance.to_owned() } else { format!("{instance}-{count}") }
    }
}

impl Default for TestKit {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for TestKit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("TestKit");
        match &self.net {
            Net::Memory(bus) => debug.field("bus", bus),
            Net::Servers { urls, .. } => debug.field("servers", &urls.len()),
        };
        debug.finish_non_exhaustive()
    }
}

/// Pauses the time of tokio, where that is possible and not done yet.
fn stop_time() {
    let is_possible = Handle::try_current().is_ok_and(|it| it.runtime_flavor() == RuntimeFlavor::CurrentThread);
    if is_possible && !is_stopped() {
        tokio::time::pause();
    }
}

/// Whether the time of tokio is paused: it does not go on while real time does.
fn is_stopped() -> bool {
    let (before, real) = (Instant::now(), std::time::Instant::now());
    while std::time::Instant::now() <= real {}
    Instant::now() == before
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_error_of_a_connection_can_tell_who_has_named_the_servers() {
        let refusing = async |settings: Settings| Err::<MemoryBus, _>(Error::connect(settings.nats_urls_from()));
        let error = async |kit: TestKit| kit.peer("kpc").await.unwrap_err().to_string();
        assert_eq!(error(TestKit::over_those_of(SERVERS, ["nats://one"], refusing)).await, "KAA_TEST_NATS_URLS");
        assert_eq!(error(TestKit::over(["nats://one"], refusing)).await, "the test");
    }
}
