//! A service under test.

use std::{fmt, panic::Location, time::Duration};

use bytes::Bytes;
use kaa_ism::{Bus as _, Identity, Subject};
use tokio::time::{Instant, timeout_at};

use super::{
    Accounting, Addressed,
    accounting::{self, MESSAGES, OUTCOMES},
    tap::Tap,
};
use crate::{
    RunningService, ServiceHandle,
    transport::{Outgoing, Transport as _, TransportError},
};

/// How long a message is waited for.
const WITHIN: Duration = Duration::from_secs(5);

/// How many subjects a failed expectation shows.
const SHOWN: usize = 10;

/// A service that runs as in production, on a connection that writes down what passes. From
/// [`TestKit::start`](super::TestKit::start).
///
/// Dropping it ends the service at once; [`finish`](Self::finish) shuts it down.
pub struct TestService {
    handle: ServiceHandle,
    running: RunningService,
    tap: Tap,
}

impl TestService {
    pub(super) fn new(running: RunningService, tap: Tap) -> Self {
        Self { handle: running.handle(), running, tap }
    }

    /// What it sends with, as itself, and what it measures.
    #[must_use]
    pub fn handle(&self) -> &ServiceHandle {
        &self.handle
    }

    /// Who it is on the bus.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        self.handle.identity()
    }

    /// How many messages it has counted under an [outcome](crate) of `kaa_messages_total` so far, for example `handled`.
    ///
    /// # Panics
    ///
    /// If there is no such outcome.
    #[must_use]
    #[track_caller]
    pub fn count(&self, outcome: &str) -> u64 {
        accounting::check(outcome, &OUTCOMES);
        self.handle.metrics().sum(MESSAGES, ("outcome", outcome))
    }

    /// Publishes any bytes on its connection, beside what it sends itself: for messages that no peer should send. A
    /// replyTo where it expects the answers of its own calls confuses these; take another service for it.
    ///
    /// # Errors
    ///
    /// [`TransportError`] if the bus does not take them.
    pub async fn publish(
        &self,
        subject: Subject,
        reply_to: Option<Subject>,
        body: impl Into<Bytes>,
    ) -> Result<(), TransportError> {
        self.tap.publish(Outgoing::new(subject, reply_to, body.into())).await
    }

    /// The oldest message of this type that the service has sent and that has not been taken yet, or the next one if
    /// there is none: `hello.expect::<ExtensionData, _>().await`. Dropping the future takes nothing.
    ///
    /// # Panics
    ///
    /// If it sends none within 5 s, or bytes that are no such message.
    #[track_caller]
    pub fn expect<M: Addressed<K>, K>(&self) -> impl Future<Output = M> {
        self.expect_within(WITHIN)
    }

    /// The same within another time.
    ///
    /// # Panics
    ///
    /// If it sends none within this time, or bytes that are no such message.
    #[track_caller]
    pub fn expect_within<M: Addressed<K>, K>(&self, within: Duration) -> impl Future<Output = M> {
        let caller = Location::caller();
        async move {
            match self.next(within).await {
                Some(message) => message,
                None => panic!(
                    "{} has sent no {} within {within:?}, at {caller}; the last that it has sent: {:?}",
                    self.identity().instance,
                    M::NAME,
                    self.tap.subjects(SHOWN),
                ),
            }
        }
    }

    /// Waits so long, and makes sure that the service has sent no message of this type that has not been taken, and
    /// sends none: `hello.expect_none::<ExtensionData, _>(Duration::from_secs(1)).await`.
    ///
    /// # Panics
    ///
    /// If it has sent one, or sends one.
    #[track_caller]
    pub fn expect_none<M: Addressed<K> + fmt::Debug, K>(&self, within: Duration) -> impl Future<Output = ()> {
        let caller = Location::caller();
        async move {
            if let Some(message) = self.next::<M, K>(within).await {
                panic!("{} has sent {message:?}, at {caller}", self.identity().instance);
            }
        }
    }

    /// Waits so long, and makes sure that the service has sent nothing at all that has not been taken, and sends nothing:
    /// for one that only listens. What [`publish`](Self::publish) sends is among it.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use kaa_endpoint::elce::ConnectedEvent;
    /// use kaa_ism::{Bus as _, Fanout, Originator, listen};
    /// use kaa_service::testkit::TestKit;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let kit = TestKit::new();
    /// let quiet = listen(Originator::Any, Fanout::OneReplica, async |_: ConnectedEvent, _context| Ok(()));
    /// let meter = kit.start("meter", |service| service.serve(quiet)).await?;
    /// let kpc = kit.peer("kpc").await?;
    /// kpc.handle().broadcast(ConnectedEvent::new([("ep-1", "demo-v1")])).await?;
    /// meter.expect_nothing(Duration::from_secs(60)).await;
    /// assert_eq!(meter.count("handled"), 1);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// If it has sent anything, or sends anything.
    #[track_caller]
    pub fn expect_nothing(&self, within: Duration) -> impl Future<Output = ()> {
        let caller = Location::caller();
        async move {
            if let Some(Outgoing { subject, .. }) = self.next_of(|_| true, within).await {
                panic!("{} has sent a message to {subject}, at {caller}", self.identity().instance);
            }
        }
    }

    async fn next<M: Addressed<K>, K>(&self, within: Duration) -> Option<M> {
        let Outgoing { subject, body, .. } = self.next_of(M::is_published_to, within).await?;
        match M::decode(&body) {
            Ok(message) => Some(message),
            Err(error) => {
                panic!("{} has sent bytes to {subject} that are no {}: {error}", self.identity().instance, M::NAME)
            }
        }
    }

    async fn next_of(&self, is_wanted: fn(&Subject) -> bool, within: Duration) -> Option<Outgoing> {
        let deadline = Instant::now() + within;
        loop {
            let changed = self.tap.changed();
            if let Some(message) = self.tap.take(is_wanted) {
                return Some(message);
            }
            timeout_at(deadline, changed).await.ok()?;
        }
    }

    /// Shuts it down gracefully, and makes sure that nothing was lost in silence.
    ///
    /// # Panics
    ///
    /// If something was.
    #[track_caller]
    pub fn finish(self) -> impl Future<Output = Accounting> {
        let caller = Location::caller();
        async move {
            let Self { handle, running, tap } = self;
            running.shutdown().await;
            let accounting = Accounting::new(tap.passed(), handle.metrics());
            let instance = &handle.identity().instance;
            assert!(accounting.is_balanced(), "{instance} has lost something, at {caller}: {accounting}");
            accounting
        }
    }
}

impl fmt::Debug for TestService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TestService").field(self.identity()).finish()
    }
}
