//! What goes wrong on a bus at the moment.

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use kaa_ism::{Subject, SubjectFilter};
use rand::{RngExt as _, SeedableRng as _, rngs::Xoshiro256PlusPlus};

use super::{faults::Faults, link::Link};
use crate::transport::{Action, Refusal, TransportError};

/// How long a message is held back at most.
const HELD_BACK: Duration = Duration::from_millis(10);

/// How many messages met a fault so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FaultCounts {
    /// Lost at random; and those held back or delayed that had no place to wait, or no receiver any more.
    pub dropped: u64,
    /// Delivered twice.
    pub duplicated: u64,
    /// Held back, so that later ones overtook them.
    pub reordered: u64,
    /// Delayed on their way to the bus.
    pub delayed: u64,
    /// Lost between connections that are parted.
    pub parted: u64,
    /// Published or subscribed to without permission.
    pub refused: u64,
}

/// What becomes of a message between two connections.
pub(super) enum Fate {
    Arrives,
    ArrivesTwice,
    HeldBack(Duration),
    Lost,
}

#[derive(Debug, Default)]
pub(super) struct Trouble {
    plan: Faults,
    /// What one connection meets does not depend on others.
    random: BTreeMap<Box<str>, Xoshiro256PlusPlus>,
    /// From one connection to another.
    parted: Vec<(String, String)>,
    /// What a connection may not do, and whether it has been told.
    refused: HashMap<(Box<str>, Action), bool>,
    /// How many messages the subscribers of a connection hold.
    slow: HashMap<Box<str>, usize>,
    pub(super) counts: FaultCounts,
}

impl Trouble {
    pub(super) fn plan(&mut self, plan: Faults) {
        self.random.clear();
        self.plan = plan;
    }

    pub(super) fn part(&mut self, from: &str, to: &str) {
        self.parted.push((from.to_owned(), to.to_owned()));
        self.parted.sort();
        self.parted.dedup();
    }

    pub(super) fn refuse(&mut self, connection: &str, action: Action) {
        self.refused.insert((connection.into(), action), false);
    }

    pub(super) fn slow(&mut self, connection: &str, capacity: usize) {
        self.slow.insert(connection.into(), capacity);
    }

    pub(super) fn heal(&mut self) {
        *self = Self { counts: self.counts, ..Self::default() };
    }

    /// How long the next message of a connection takes to the bus.
    pub(super) fn delay(&mut self, from: &str) -> Duration {
        let (shortest, longest) = self.plan.delay;
        if longest.is_zero() { longest } else { self.random(from).random_range(shortest..=longest) }
    }

    pub(super) fn fate(&mut self, from: &str, to: &str) -> Fate {
        if from == to {
            return Fate::Arrives;
        }
        if self.parted.iter().any(|(one, other)| one == from && other == to) {
            self.counts.parted += 1;
            return Fate::Lost;
        }
        let Faults { drop, duplicate, reorder, .. } = self.plan;
        if drop > 0.0 && self.random(from).random_bool(drop) {
            self.counts.dropped += 1;
            Fate::Lost
        } else if duplicate > 0.0 && self.random(from).random_bool(duplicate) {
            self.counts.duplicated += 1;
            Fate::ArrivesTwice
        } else if reorder > 0.0 && self.random(from).random_bool(reorder) {
            self.counts.reordered += 1;
            Fate::HeldBack(self.random(from).random_range(Duration::from_millis(1)..=HELD_BACK))
        } else {
            Fate::Arrives
        }
    }

    /// Whether a connection may publish to `subject`: the first time it is told besides, from then on it gets an error.
    pub(super) fn publish(&mut self, link: &Link, subject: &Subject) -> Result<bool, TransportError> {
        match self.refusal(link, || Action::Publish(subject.clone())) {
            None => Ok(true),
            Some(false) => Ok(false),
            Some(true) => Err(TransportError::Refused { subject: subject.clone() }),
        }
    }

    /// Whether a connection may subscribe to `filter`; it is told each time.
    pub(super) fn subscribe(&mut self, link: &Link, filter: &SubjectFilter) -> bool {
        let refused = self.refusal(link, || Action::Subscribe(filter.clone()));
        if refused == Some(true) {
            tell(link, Action::Subscribe(filter.clone()));
        }
        refused.is_none()
    }

    /// `None` if it is permitted, else whether the connection had been told before.
    fn refusal(&mut self, link: &Link, action: impl FnOnce() -> Action) -> Option<bool> {
        if self.refused.is_empty() {
            return None;
        }
        let key = (link.name.clone(), action());
        let told = self.refused.get_mut(&key)?;
        self.counts.refused += 1;
        let before = std::mem::replace(told, true);
        if !before {
            tell(link, key.1);
        }
        Some(before)
    }

    /// How many messages a subscriber of a connection holds, if it is slow.
    pub(super) fn capacity(&self, connection: &str) -> Option<usize> {
        self.slow.get(connection).copied()
    }

    fn random(&mut self, from: &str) -> &mut Xoshiro256PlusPlus {
        let seed = self.plan.seed;
        self.random.entry(from.into()).or_insert_with(|| Xoshiro256PlusPlus::seed_from_u64(seed ^ hash(from)))
    }
}

fn tell(link: &Link, action: Action) {
    // An error says that nobody is interested.
    let _ = link.refusals.send(Refusal::new(action, "a test has refused it"));
}

/// FNV-1a: the same everywhere, in every release.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
