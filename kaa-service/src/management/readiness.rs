//! Whether a service is ready.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::{sync::Semaphore, time::Instant};

use crate::{ServiceHandle, core::Core};

/// Why a service is not ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotReady {
    /// It is shutting down, or has ended.
    #[error("shutting down")]
    Draining,
    /// There is no connection to the bus.
    #[error("not connected to the bus")]
    Disconnected,
    /// A message to itself did not come back within a second. So it is before the service has started, too.
    #[error("the bus does not carry messages")]
    NoRoundTrip,
    /// A subscription of its connection was too slow, and messages were lost, less than a minute ago.
    #[error("messages were lost less than a minute ago because a subscription is too slow")]
    Losing,
    /// It refused messages because too many were waiting, less than ten seconds ago.
    #[error("messages were refused less than ten seconds ago because too many are waiting")]
    Overloaded,
}

/// How long a round trip may take.
const ROUND_TRIP: Duration = Duration::from_secs(1);
/// How long the result of a check holds.
const HOLDS: Duration = Duration::from_secs(1);
const LOSSES_COUNT: Duration = Duration::from_secs(60);
const REFUSALS_COUNT: Duration = Duration::from_secs(10);

impl ServiceHandle {
    /// Whether the service does its work: it is connected, a message to itself comes back within a second, it has lost and
    /// refused nothing lately, and it is not shutting down.
    ///
    /// At most one check is under way, and its result holds for a second, so that it may be asked as often as one likes.
    /// Dropping the future gives the check up.
    ///
    /// # Errors
    ///
    /// [`NotReady`], the first reason that was found.
    pub async fn ready(&self) -> Result<(), NotReady> {
        self.0.readiness.check(&self.0).await
    }

    pub(super) fn has_ended(&self) -> bool {
        self.0.readiness.ended.load(Ordering::Relaxed)
    }

    pub(super) fn drain(&self) {
        self.0.readiness.drain();
    }
}

/// What is known about the readiness of a service.
#[derive(Debug)]
pub(crate) struct Readiness {
    draining: AtomicBool,
    ended: AtomicBool,
    /// Who has its permit checks.
    turn: Semaphore,
    checked: Mutex<Checked>,
}

#[derive(Debug)]
struct Checked {
    last: Option<(Instant, Result<(), NotReady>)>,
    losses: Growth,
    refusals: Growth,
}

impl Readiness {
    /// `lost` messages were lost on the connection before.
    pub(crate) fn new(lost: u64) -> Self {
        let checked = Checked { last: None, losses: Growth::from(lost), refusals: Growth::from(0) };
        Self {
            draining: AtomicBool::new(false),
            ended: AtomicBool::new(false),
            turn: Semaphore::new(1),
            checked: Mutex::new(checked),
        }
    }

    /// From now on it is not ready.
    pub(crate) fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    async fn check(&self, core: &Core) -> Result<(), NotReady> {
        self.check_state(core)?;
        // It is never closed.
        let _turn = self.turn.acquire().await;
        if let Some(result) = self.still_holds() {
            return result;
        }
        let result = match self.check_losses(core) {
            Ok(()) => core.round_trip(ROUND_TRIP).await.map_err(|_| NotReady::NoRoundTrip),
            losing => losing,
        };
        self.checked().last = Some((Instant::now(), result));
        result
    }

    /// What costs nothing to know.
    fn check_state(&self, core: &Core) -> Result<(), NotReady> {
        if self.draining.load(Ordering::Relaxed) {
            Err(NotReady::Draining)
        } else if !core.transport.is_connected() {
            Err(NotReady::Disconnected)
        } else {
            Ok(())
        }
    }

    fn check_losses(&self, core: &Core) -> Result<(), NotReady> {
        let (overloaded, now) = (("outcome", "overloaded"), Instant::now());
        let refused = |name| core.metrics.sum(name, overloaded);
        let refused = refused("kaa_messages_total") + refused("kaa_replica_messages_total");
        let mut checked = self.checked();
        // Both look at all that has happened since the last time.
        let losing = checked.losses.is_within(LOSSES_COUNT, core.transport.dropped(), now);
        let refusing = checked.refusals.is_within(REFUSALS_COUNT, refused, now);
        match (losing, refusing) {
            (true, _) => Err(NotReady::Losing),
            (_, true) => Err(NotReady::Overloaded),
            _ => Ok(()),
        }
    }

    fn still_holds(&self) -> Option<Result<(), NotReady>> {
        self.checked().last.filter(|(at, _)| at.elapsed() < HOLDS).map(|(_, result)| result)
    }

    fn checked(&self) -> std::sync::MutexGuard<'_, Checked> {
        self.checked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// When a number was last seen to have grown.
#[derive(Debug)]
struct Growth {
    seen: u64,
    at: Option<Instant>,
}

impl Growth {
    fn from(seen: u64) -> Self {
        Self { seen, at: None }
    }

    fn is_within(&mut self, time: Duration, count: u64, now: Instant) -> bool {
        if count > self.seen {
            *self = Self { seen: count, at: Some(now) };
        }
        self.at.is_some_and(|at| now - at < time)
    }
}

/// Says when it is dropped that the service has ended.
pub(crate) struct Ended(pub(crate) Arc<Core>);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.readiness.drain();
        self.0.readiness.ended.store(true, Ordering::Relaxed);
    }
}
