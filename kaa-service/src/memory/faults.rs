//! What may happen to messages at random.

use std::{ops::RangeInclusive, time::Duration};

/// What happens at random to messages between the connections of a [`MemoryBus`](crate::MemoryBus). Nothing, unless it
/// is said otherwise.
///
/// The same seed gives the same faults: what one connection sends meets them in the same order each time, whatever
/// others send. Between subscribers and publishers on the same connection nothing is dropped, duplicated or reordered,
/// and a no-responders notice always arrives: these are the bus's own promises ([`Transport`](crate::Transport)).
///
/// ```
/// use std::time::Duration;
///
/// use kaa_service::{Faults, MemoryBus};
///
/// let faults = Faults::seeded(7).with_drop(0.01).with_delay(Duration::ZERO..=Duration::from_millis(20));
/// let bus = MemoryBus::new().with_faults(faults);
/// let (hello, kpc) = (bus.connect("hello"), bus.connect("kpc"));
/// bus.faults().partition("hello", "kpc");
/// bus.faults().heal();
/// # let _ = (hello, kpc);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Faults {
    pub(super) seed: u64,
    pub(super) drop: f64,
    pub(super) duplicate: f64,
    pub(super) reorder: f64,
    pub(super) delay: (Duration, Duration),
}

impl Faults {
    /// No faults yet; those to come follow from this number.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self { seed, ..Self::default() }
    }

    /// Loses messages with this probability, from 0 to 1, for each receiver.
    #[must_use]
    pub fn with_drop(mut self, probability: f64) -> Self {
        self.drop = checked(probability);
        self
    }

    /// Delivers messages twice with this probability, from 0 to 1, for each receiver.
    #[must_use]
    pub fn with_duplicate(mut self, probability: f64) -> Self {
        self.duplicate = checked(probability);
        self
    }

    /// Holds messages back for up to 10 ms with this probability, from 0 to 1, for each receiver: later ones overtake
    /// them.
    #[must_use]
    pub fn with_reorder(mut self, probability: f64) -> Self {
        self.reorder = checked(probability);
        self
    }

    /// Each message takes this long from its connection to the bus. What one connection sends keeps its order. The time
    /// is tokio's, so it passes at once where that is paused.
    #[must_use]
    pub fn with_delay(mut self, delay: RangeInclusive<Duration>) -> Self {
        let (shortest, longest) = delay.into_inner();
        self.delay = (shortest, longest.max(shortest));
        self
    }
}

fn checked(probability: f64) -> f64 {
    if probability.is_nan() { 0.0 } else { probability.clamp(0.0, 1.0) }
}
