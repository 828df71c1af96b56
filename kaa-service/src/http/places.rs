//! The places of connections, and who loses one when all are taken.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    future::pending,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore},
    time::{Instant, sleep_until},
};

/// How long a client may keep us waiting while another one wants its place. A client that means it sends its header with
/// the end of the handshake.
const GRACE: Duration = Duration::from_millis(25);

/// A bounded number of places.
pub(super) struct Places {
    free: Arc<Semaphore>,
    waiting: Arc<Waiting>,
}

impl Places {
    pub(super) fn new(number: usize) -> Self {
        let free = Semaphore::new(number.min(Semaphore::MAX_PERMITS));
        Self { free: Arc::new(free), waiting: Arc::default() }
    }

    /// A place. When all are taken, the client that has kept us waiting longest loses its connection, and whoever gets an
    /// answer is to [go](Place::is_wanted).
    pub(super) async fn take(&self) -> Arc<Place> {
        let taken = tokio::select! {
            biased;
            taken = self.free.clone().acquire_owned() => taken,
            never = self.waiting.cut_longest() => match never {},
        };
        self.waiting.is_wanted.store(false, Ordering::Relaxed);
        let Ok(free) = taken else {
            // The semaphore is never closed.
            return pending().await;
        };
        Arc::new(Place {
            waiting: self.waiting.clone(),
            turn: AtomicU64::new(NONE),
            cut: Arc::default(),
            free: Some(free),
        })
    }
}

/// The turn of a place that does not wait.
const NONE: u64 = 0;

/// The place of one connection, which either has a request in work or waits for its client. When it is dropped, another
/// connection may have it.
pub(super) struct Place {
    waiting: Arc<Waiting>,
    turn: AtomicU64,
    cut: Arc<Notify>,
    /// Always there, until it is dropped.
    free: Option<OwnedSemaphorePermit>,
}

impl Place {
    /// From now on it waits for its client.
    pub(super) fn wait(&self) {
        let turn = self.waiting.lock().begin(Instant::now(), self.cut.clone());
        self.turn.store(turn, Ordering::Relaxed);
        self.waiting.came.notify_one();
    }

    /// Has a request in work until what is returned is dropped.
    pub(super) fn work(self: &Arc<Self>) -> Work {
        self.leave();
        Work(self.clone())
    }

    /// Whether another connection waits for this place, or any other.
    pub(super) fn is_wanted(&self) -> bool {
        self.waiting.is_wanted.load(Ordering::Relaxed)
    }

    /// Is ready when another connection gets the place. Not if a request has begun since that was decided.
    pub(super) async fn cut(&self) {
        loop {
            self.cut.notified().await;
            let turn = self.turn.load(Ordering::Relaxed);
            if turn != NONE && turn == self.waiting.lock().cut {
                return;
            }
        }
    }

    fn leave(&self) {
        let turn = self.turn.swap(NONE, Ordering::Relaxed);
        if turn != NONE && self.waiting.lock().end(turn) {
            self.waiting.came.notify_one();
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // First of all, so that nobody else is cut for who gets it.
        drop(self.free.take());
        self.leave();
    }
}

/// A request that is in work.
pub(super) struct Work(Arc<Place>);

impl Drop for Work {
    fn drop(&mut self) {
        self.0.wait();
    }
}

/// The connections that wait for their clients.
#[derive(Default)]
struct Waiting {
    queue: Mutex<Queue>,
    /// Somebody has begun to wait, or who was cut waits no longer.
    came: Notify,
    /// A new connection waits for a place.
    is_wanted: AtomicBool,
}

/// Since when, and how to cut it. By turns: longest first.
#[derive(Default)]
struct Queue {
    last: u64,
    /// The one that is cut, until it has gone or has a request in work; else [`NONE`].
    cut: u64,
    turns: BTreeMap<u64, (Instant, Arc<Notify>)>,
}

impl Queue {
    fn begin(&mut self, now: Instant, cut: Arc<Notify>) -> u64 {
        self.last += 1;
        self.turns.insert(self.last, (now, cut));
        self.last
    }

    /// Returns whether this one was cut.
    fn end(&mut self, turn: u64) -> bool {
        self.turns.remove(&turn);
        let was_cut = self.cut == turn;
        if was_cut {
            self.cut = NONE;
        }
        was_cut
    }
}

impl Waiting {
    /// Cuts one, as soon as there is one that has waited for longer than the grace. The next one only if that one has got a
    /// request meanwhile.
    async fn cut_longest(&self) -> Infallible {
        self.is_wanted.store(true, Ordering::Relaxed);
        loop {
            let Some(until) = self.longest_until() else {
                self.came.notified().await;
                continue;
            };
            sleep_until(until).await;
            self.cut_until(until);
        }
    }

    /// The end of the grace of the one that has waited longest. `None` also while one is cut.
    fn longest_until(&self) -> Option<Instant> {
        let queue = self.lock();
        let longest = queue.turns.first_key_value().filter(|_| queue.cut == NONE);
        longest.map(|(_, (since, _))| *since + GRACE)
    }

    /// Cuts the one that has waited longest, if its grace ends by then.
    fn cut_until(&self, until: Instant) {
        let mut queue = self.lock();
        let longest = queue.turns.first_key_value().filter(|(_, (since, _))| *since + GRACE <= until);
        if let Some((&turn, (_, cut))) = longest {
            cut.notify_one();
            queue.cut = turn;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;
    use tokio::time::timeout;

    use super::*;

    const LONG: Duration = Duration::from_secs(60 * 60);

    fn is_cut(place: &Place) -> bool {
        place.cut().now_or_never().is_some()
    }

    #[tokio::test(start_paused = true)]
    async fn one_is_cut_for_one_that_wants_a_place() {
        let places = Places::new(2);
        let (longest, other) = (places.take().await, places.take().await);
        longest.wait();
        other.wait();
        assert!(timeout(LONG, longest.cut()).await.is_err(), "nobody wants its place");
        assert!(timeout(LONG, places.take()).await.is_err(), "who is cut has not left yet");
        assert!(is_cut(&longest) && !is_cut(&other));
        drop(longest);
        places.take().await;
        assert!(!is_cut(&other));
    }

    #[tokio::test(start_paused = true)]
    async fn who_has_a_request_in_work_keeps_its_place_and_has_a_grace_afterwards() {
        let places = Places::new(1);
        let place = places.take().await;
        place.wait();
        let work = place.work();
        assert!(timeout(LONG, places.take()).await.is_err());
        drop(work);
        assert!(timeout(GRACE / 2, places.take()).await.is_err());
        assert!(!is_cut(&place), "the wait has begun anew");
        assert!(timeout(GRACE, places.take()).await.is_err());
        assert!(is_cut(&place));
    }

    #[tokio::test(start_paused = true)]
    async fn who_gets_a_request_just_after_the_cut_keeps_its_place_and_has_a_grace_afterwards() {
        let places = Places::new(1);
        let place = places.take().await;
        place.wait();
        let mut next = Box::pin(places.take());
        assert!(timeout(LONG, &mut next).await.is_err(), "it is cut, and has not noticed yet");
        let work = place.work();
        assert!(!is_cut(&place), "a request in work loses its place");
        drop(work);
        assert!(!is_cut(&place), "the cut was for the wait before");
        assert!(timeout(GRACE / 2, &mut next).await.is_err());
        assert!(!is_cut(&place));
        assert!(timeout(GRACE, &mut next).await.is_err());
        assert!(is_cut(&place), "who wants the place goes on");
        drop(place);
        next.await;
    }

    #[tokio::test(start_paused = true)]
    async fn one_place_costs_one_connection() {
        let places = Places::new(2);
        let (longest, other) = (places.take().await, places.take().await);
        longest.wait();
        other.wait();
        let mut next = Box::pin(places.take());
        assert!(timeout(LONG, &mut next).await.is_err());
        drop(longest);
        next.await;
        assert!(!is_cut(&other), "one was enough");
    }

    #[tokio::test(start_paused = true)]
    async fn a_place_is_wanted_while_somebody_waits_for_one() {
        let places = Places::new(1);
        let place = places.take().await;
        assert!(!place.is_wanted());
        let mut next = Box::pin(places.take());
        assert!(futures::poll!(&mut next).is_pending());
        assert!(place.is_wanted());
        drop(place);
        assert!(!next.await.is_wanted());
    }

    #[tokio::test(start_paused = true)]
    async fn who_leaves_by_itself_lets_the_next_one_in() {
        let places = Places::new(1);
        let place = places.take().await;
        place.wait();
        let mut next = Box::pin(places.take());
        assert!(futures::poll!(&mut next).is_pending());
        drop(place);
        let place = next.await;
        assert!(places.waiting.lock().turns.is_empty());
        place.wait();
        assert!(!is_cut(&place));
    }
}
