//! Who is subscribed to what.

use std::{collections::BTreeMap, sync::Arc};

use kaa_ism::{InstanceName, Subject, SubjectFilter};
use tokio::{runtime::Handle, sync::mpsc, time::Instant};

use super::{
    link::Link,
    schedule::{Schedule, Step},
    trouble::{Fate, Trouble},
};
use crate::transport::{Delivery, Incoming, Outgoing, TransportError};

#[derive(Debug, Default)]
pub(super) struct Registry {
    links: BTreeMap<Box<str>, Arc<Link>>,
    subscribers: BTreeMap<u64, Subscriber>,
    next_id: u64,
    /// Moves on with each message, so that the members of a queue group take turns.
    turn: usize,
    pub(super) trouble: Trouble,
    pub(super) schedule: Schedule,
}

#[derive(Debug)]
struct Subscriber {
    link: Arc<Link>,
    filter: SubjectFilter,
    queue: Option<InstanceName>,
    sender: mpsc::Sender<Delivery>,
    is_permitted: bool,
}

impl Registry {
    /// The connection of this name.
    pub(super) fn link(&mut self, name: &str) -> Arc<Link> {
        self.links.entry(name.into()).or_insert_with(|| Arc::new(Link::new(name))).clone()
    }

    pub(super) fn reconnect_all(&self) {
        self.links.values().filter(|link| !link.is_up()).for_each(|link| link.set_up(true));
    }

    pub(super) fn subscribe(
        &mut self,
        link: Arc<Link>,
        filter: SubjectFilter,
        queue: Option<InstanceName>,
        sender: mpsc::Sender<Delivery>,
    ) -> u64 {
        let id = self.next_id;
        self.next_id += 1;
        let is_permitted = self.trouble.subscribe(&link, &filter);
        self.subscribers.insert(id, Subscriber { link, filter, queue, sender, is_permitted });
        id
    }

    pub(super) fn unsubscribe(&mut self, id: u64) {
        self.subscribers.remove(&id);
    }

    pub(super) fn publish(&mut self, from: &Arc<Link>, message: Outgoing) -> Result<(), TransportError> {
        if !self.trouble.publish(from, &message.subject)? {
            return Ok(());
        }
        let delay = self.trouble.delay(&from.name);
        // Without a runtime there is no time either.
        if (!delay.is_zero() || !self.schedule.is_empty()) && Handle::try_current().is_ok() {
            let now = Instant::now();
            self.catch_up(now);
            if let Some(due) = self.schedule.arrival(&from.name, now, delay) {
                self.trouble.counts.delayed += 1;
                self.later(due, Step::Arrive(from.clone(), message));
                return Ok(());
            }
        }
        self.arrive(from, message);
        Ok(())
    }

    /// Does all that is due.
    pub(super) fn catch_up(&mut self, now: Instant) {
        while let Some(step) = self.schedule.due(now) {
            match step {
                Step::Arrive(from, message) => self.arrive(&from, message),
                Step::Deliver(id, _) if !self.subscribers.contains_key(&id) => self.trouble.counts.dropped += 1,
                Step::Deliver(id, delivery) => self.deliver(id, delivery),
            }
        }
    }

    fn later(&mut self, due: Instant, step: Step) {
        if !self.schedule.add(due, step) {
            self.trouble.counts.dropped += 1;
        }
    }

    fn arrive(&mut self, from: &Arc<Link>, message: Outgoing) {
        let receivers = self.receivers(&message.subject);
        if receivers.is_empty() {
            return self.nobody_listens(from, message);
        }
        for id in receivers {
            let Some(to) = self.subscribers.get(&id) else { continue };
            let incoming = Incoming::new(message.subject.clone(), message.reply_to.clone(), message.body.clone());
            let delivery = Delivery::Message(incoming.with_trace(message.trace.clone()));
            match self.trouble.fate(&from.name, &to.link.name) {
                Fate::Arrives => self.deliver(id, delivery),
                Fate::ArrivesTwice => {
                    self.deliver(id, delivery.clone());
                    self.deliver(id, delivery);
                }
                Fate::HeldBack(delay) if Handle::try_current().is_ok() => {
                    self.later(Instant::now() + delay, Step::Deliver(id, delivery));
                }
                Fate::HeldBack(_) => self.deliver(id, delivery),
                Fate::Lost => {}
            }
        }
    }

    /// As with NATS, the connection that asked is told, and no other.
    fn nobody_listens(&mut self, from: &Arc<Link>, message: Outgoing) {
        let Some(reply_to) = message.reply_to else { return };
        for id in self.receivers(&reply_to) {
            if self.subscribers.get(&id).is_some_and(|to| Arc::ptr_eq(&to.link, from)) {
                let notice =
                    Delivery::NoResponders { reply_to: reply_to.clone(), subject: Some(message.subject.clone()) };
                self.deliver(id, notice);
            }
        }
    }

    /// Every plain subscriber, and one member of each queue group, of those with a connection and permission.
    fn receivers(&mut self, subject: &Subject) -> Vec<u64> {
        let mut receivers = Vec::new();
        let mut groups: BTreeMap<&InstanceName, Vec<u64>> = BTreeMap::new();
        for (&id, subscriber) in self.subscribers.iter().filter(|(_, other)| other.listens_to(subject)) {
            match &subscriber.queue {
                None => receivers.push(id),
                Some(queue) => groups.entry(queue).or_default().push(id),
            }
        }
        if !groups.is_empty() {
            self.turn = self.turn.wrapping_add(1);
            receivers.extend(groups.values().filter_map(|group| group.get(self.turn % group.len()).copied()));
        }
        receivers
    }

    fn deliver(&mut self, id: u64, delivery: Delivery) {
        let Some(Subscriber { link, sender, .. }) = self.subscribers.get(&id) else { return };
        let waiting = sender.max_capacity() - sender.capacity();
        let is_slow = self.trouble.capacity(&link.name).is_some_and(|capacity| waiting >= capacity);
        if is_slow || matches!(sender.try_send(delivery), Err(mpsc::error::TrySendError::Full(_))) {
            link.count_dropped();
        }
    }
}

impl Subscriber {
    fn listens_to(&self, subject: &Subject) -> bool {
        self.filter.matches(subject) && self.is_permitted && self.link.is_up()
    }
}
