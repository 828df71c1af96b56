//! What happens on the bus later.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{sync::Notify, time::Instant};

use super::{link::Link, registry::Registry};
use crate::transport::{Delivery, Outgoing};

/// How many messages are under way.
const UNDER_WAY: usize = 65_536;

/// A message that is under way.
#[derive(Debug)]
pub(super) enum Step {
    /// It gets to the bus.
    Arrive(Arc<Link>, Outgoing),
    /// It gets to a subscriber.
    Deliver(u64, Delivery),
}

#[derive(Debug, Default)]
pub(super) struct Schedule {
    steps: BTreeMap<(Instant, u64), Step>,
    next: u64,
    /// When the last message of a connection gets to the bus.
    last: HashMap<Box<str>, Instant>,
    changed: Arc<Notify>,
    is_driven: bool,
}

impl Schedule {
    pub(super) fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// When a message of a connection gets to the bus, behind those before it; `None`: at once.
    pub(super) fn arrival(&mut self, from: &str, now: Instant, delay: Duration) -> Option<Instant> {
        let due = self.last.get(from).map_or(now + delay, |&last| last.max(now + delay));
        if due > now {
            self.last.insert(from.into(), due);
            return Some(due);
        }
        self.last.remove(from);
        None
    }

    /// Says whether there was a place for it.
    pub(super) fn add(&mut self, due: Instant, step: Step) -> bool {
        if self.steps.len() >= UNDER_WAY {
            return false;
        }
        let is_first = self.steps.first_key_value().is_none_or(|((first, _), _)| due < *first);
        self.steps.insert((due, self.next), step);
        self.next += 1;
        if is_first {
            self.changed.notify_one();
        }
        true
    }

    /// The next step that is due.
    pub(super) fn due(&mut self, now: Instant) -> Option<Step> {
        let entry = self.steps.first_entry()?;
        (entry.key().0 <= now).then(|| entry.remove())
    }

    /// Whether somebody has to [`drive`] it from now on.
    pub(super) fn needs_driver(&mut self) -> bool {
        !self.is_empty() && !std::mem::replace(&mut self.is_driven, true)
    }

    /// When to look again, or earlier if it changes; `None` once there is nothing left to do.
    fn look_again(&mut self) -> Option<(Instant, Arc<Notify>)> {
        let next = self.steps.first_key_value().map(|((due, _), _)| (*due, self.changed.clone()));
        self.is_driven = next.is_some();
        next
    }
}

/// Does each step when it is due, until there are none.
pub(super) async fn drive(registry: Arc<Mutex<Registry>>) {
    loop {
        let next = {
            let mut registry = registry.lock().unwrap_or_else(PoisonError::into_inner);
            registry.catch_up(Instant::now());
            registry.schedule.look_again()
        };
        let Some((due, changed)) = next else { return };
        tokio::select! {
            biased;
            () = tokio::time::sleep_until(due) => {}
            () = changed.notified() => {}
        }
    }
}
