//! How much memory the messages in flight may take.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What a message takes besides its topic and its payload.
const OVERHEAD: usize = 1_024;

/// The bytes that the messages of all connections may take. They are given in the order in which they were asked for.
///
/// Whoever has a [`Share`] must never wait for another one.
#[derive(Debug)]
pub(crate) struct Budget {
    free: Arc<Semaphore>,
    total: usize,
}

/// The bytes of one message, until it is dropped.
#[derive(Debug)]
pub(crate) struct Share {
    /// Always there: the semaphore is never closed.
    _permit: Option<OwnedSemaphorePermit>,
}

impl Budget {
    pub(crate) fn new(total: usize) -> Self {
        Self { free: Arc::new(Semaphore::new(total)), total }
    }

    /// The share of a message whose topic and payload have so many bytes, if it is free and nobody waits.
    pub(crate) fn try_take(&self, bytes: usize) -> Option<Share> {
        let permit = self.free.clone().try_acquire_many_owned(self.cost(bytes)).ok()?;
        Some(Share { _permit: Some(permit) })
    }

    /// The share of a message whose topic and payload have so many bytes, once it is free.
    pub(crate) fn take(&self, bytes: usize) -> impl Future<Output = Share> + Send + use<> {
        let permit = self.free.clone().acquire_many_owned(self.cost(bytes));
        async { Share { _permit: permit.await.ok() } }
    }

    /// A message that is larger than everything takes everything.
    fn cost(&self, bytes: usize) -> u32 {
        u32::try_from(bytes.saturating_add(OVERHEAD).min(self.total)).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    #[test]
    fn a_message_takes_its_bytes_and_a_constant() {
        let budget = Budget::new(3 * OVERHEAD + 10);
        let shares = [budget.try_take(10).unwrap(), budget.try_take(0).unwrap(), budget.try_take(0).unwrap()];
        assert!(budget.try_take(0).is_none());
        drop(shares);
        assert!(budget.try_take(2 * OVERHEAD + 10).is_some());
    }

    #[test]
    fn one_that_is_too_large_takes_everything_and_is_not_overtaken() {
        let budget = Budget::new(2 * OVERHEAD);
        let small = budget.try_take(0).unwrap();
        let mut large = Box::pin(budget.take(usize::MAX));
        assert!((&mut large).now_or_never().is_none());
        assert!(budget.try_take(0).is_none(), "what is left waits for the large one");
        drop(small);
        let share = large.now_or_never().unwrap();
        assert!(budget.try_take(0).is_none());
        drop(share);
        assert!(budget.try_take(0).is_some());
    }

    #[test]
    fn who_stops_waiting_gives_back_what_it_has_been_given() {
        let budget = Budget::new(2 * OVERHEAD);
        let small = budget.try_take(0).unwrap();
        let mut large = Box::pin(budget.take(usize::MAX));
        assert!((&mut large).now_or_never().is_none());
        drop(large);
        assert!(budget.try_take(0).is_some());
        drop(small);
    }
}
