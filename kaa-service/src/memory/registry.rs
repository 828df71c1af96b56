//! Who is subscribed to what.

use std::collections::BTreeMap;

use kaa_ism::{InstanceName, Subject, SubjectFilter};
use tokio::sync::mpsc;

use crate::transport::{Delivery, Incoming, Outgoing};

#[derive(Debug, Default)]
pub(super) struct Registry {
    subscribers: BTreeMap<u64, Subscriber>,
    next_id: u64,
    /// Moves on with each message, so that the members of a queue group take turns.
    turn: usize,
    dropped: u64,
}

#[derive(Debug)]
struct Subscriber {
    filter: SubjectFilter,
    queue: Option<InstanceName>,
    sender: mpsc::Sender<Delivery>,
}

impl Registry {
    pub(super) fn subscribe(
        &mut self,
        filter: SubjectFilter,
        queue: Option<InstanceName>,
        sender: mpsc::Sender<Delivery>,
    ) -> u64 {
        let id = self.next_id;
        self.next_id += 1;
        self.subscribers.insert(id, Subscriber { filter, queue, sender });
        id
    }

    pub(super) fn unsubscribe(&mut self, id: u64) {
        self.subscribers.remove(&id);
    }

    pub(super) fn dropped(&self) -> u64 {
        self.dropped
    }

    pub(super) fn publish(&mut self, message: Outgoing) {
        let receivers = self.receivers(&message.subject);
        if receivers.is_empty() {
            return self.nobody_listens(message);
        }
        for id in receivers {
            let incoming = Incoming::new(message.subject.clone(), message.reply_to.clone(), message.body.clone());
            self.deliver(id, Delivery::Message(incoming));
        }
    }

    fn nobody_listens(&mut self, message: Outgoing) {
        let Some(reply_to) = message.reply_to else { return };
        for id in self.receivers(&reply_to) {
            let notice = Delivery::NoResponders { reply_to: reply_to.clone(), subject: Some(message.subject.clone()) };
            self.deliver(id, notice);
        }
    }

    /// Every plain subscriber, and one member of each queue group.
    fn receivers(&mut self, subject: &Subject) -> Vec<u64> {
        let mut receivers = Vec::new();
        let mut groups: BTreeMap<&InstanceName, Vec<u64>> = BTreeMap::new();
        for (&id, subscriber) in self.subscribers.iter().filter(|(_, other)| other.filter.matches(subject)) {
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
        let Some(subscriber) = self.subscribers.get(&id) else { return };
        if let Err(mpsc::error::TrySendError::Full(_)) = subscriber.sender.try_send(delivery) {
            self.dropped += 1;
        }
    }
}
