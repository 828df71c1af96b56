//! The subjects of what is sent.

use std::sync::{Mutex, PoisonError};

use kaa_ism::{Event, EventKind, Identity, InstanceName, InvalidSubject, MessageKind, Subject};

/// How many are kept: the services that one service calls are few, and so are the kinds of its events.
const KEPT: usize = 16;

/// The subjects of the latest messages. Writing them out for each would cost more than all else that is done to address it.
#[derive(Debug)]
pub(crate) struct Addresses {
    me: Identity,
    calls: Mutex<Recent<Call>>,
    events: Mutex<Recent<(EventKind, Subject)>>,
}

#[derive(Debug)]
struct Recent<T> {
    entries: Vec<T>,
    next: usize,
}

#[derive(Debug)]
struct Call {
    to: InstanceName,
    kind: MessageKind,
    answer: MessageKind,
    subject: Subject,
    reply_to: Subject,
}

impl Addresses {
    pub(crate) fn new(me: Identity) -> Self {
        Self { me, calls: Mutex::default(), events: Mutex::default() }
    }

    /// The subject of a call to `to`, and the replyTo for its answer.
    pub(crate) fn of(&self, to: &InstanceName, kind: MessageKind, answer: MessageKind) -> (Subject, Subject) {
        let mut recent = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |call: &&Call| call.kind == kind && call.answer == answer && call.to == *to;
        if let Some(call) = recent.entries.iter().find(same) {
            return (call.subject.clone(), call.reply_to.clone());
        }
        let (subject, reply_to) = (Subject::service(to, kind), Subject::replica(&self.me.replica, answer));
        recent.keep(Call { to: to.clone(), kind, answer, subject: subject.clone(), reply_to: reply_to.clone() });
        (subject, reply_to)
    }

    /// The subject of an event of ours.
    ///
    /// # Errors
    ///
    /// Those of [`Event::subject`].
    pub(crate) fn of_event<E: Event>(&self, event: &E) -> Result<Subject, InvalidSubject> {
        if !event.variables().is_empty() {
            return event.subject(&self.me.instance);
        }
        let mut recent = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, subject)) = recent.entries.iter().find(|(kind, _)| *kind == E::KIND) {
            return Ok(subject.clone());
        }
        let subject = event.subject(&self.me.instance)?;
        recent.keep((E::KIND, subject.clone()));
        Ok(subject)
    }
}

impl<T> Recent<T> {
    /// In place of the oldest.
    fn keep(&mut self, entry: T) {
        match self.entries.get_mut(self.next) {
            Some(oldest) => *oldest = entry,
            None => self.entries.push(entry),
        }
        self.next = (self.next + 1) % KEPT;
    }
}

impl<T> Default for Recent<T> {
    fn default() -> Self {
        Self { entries: Vec::new(), next: 0 }
    }
}

#[cfg(test)]
mod tests {
    use kaa_ism::ReplicaId;
    use kaa_proves::proves;

    use super::*;

    #[proves("ISM-001", "ISM-005", "ISM-021")]
    #[test]
    fn any_number_of_instances_is_addressed_and_few_are_kept() {
        let addresses =
            Addresses::new(Identity::new(InstanceName::parse("me").unwrap(), ReplicaId::parse("r1").unwrap()));
        let (kind, answer) = (MessageKind::from_static("p.ask"), MessageKind::from_static("p.answer"));
        for n in (0..50).chain(0..50) {
            let (subject, reply_to) = addresses.of(&InstanceName::parse(format!("i{n}")).unwrap(), kind, answer);
            assert_eq!(subject.as_str(), format!("kaa.v1.service.i{n}.p.ask"));
            assert_eq!(reply_to.as_str(), "kaa.v1.replica.r1.p.answer");
        }
        assert_eq!(addresses.calls.lock().unwrap().entries.len(), KEPT);
    }
}
