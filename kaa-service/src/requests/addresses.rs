//! The subjects of calls.

use std::sync::{Mutex, PoisonError};

use kaa_ism::{InstanceName, MessageKind, ReplicaId, Subject};

/// How many are kept: the services that one service calls are few.
const KEPT: usize = 16;

/// The subjects of the latest calls. Writing them out for each would cost more than all else that is done to address it.
#[derive(Debug)]
pub(crate) struct Addresses {
    replica: ReplicaId,
    recent: Mutex<Recent>,
}

#[derive(Debug, Default)]
struct Recent {
    entries: Vec<Entry>,
    next: usize,
}

#[derive(Debug)]
struct Entry {
    to: InstanceName,
    kind: MessageKind,
    answer: MessageKind,
    subject: Subject,
    reply_to: Subject,
}

impl Addresses {
    pub(crate) fn new(replica: ReplicaId) -> Self {
        Self { replica, recent: Mutex::default() }
    }

    /// The subject of a call to `to`, and the replyTo for its answer.
    pub(crate) fn of(&self, to: &InstanceName, kind: MessageKind, answer: MessageKind) -> (Subject, Subject) {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |entry: &&Entry| entry.kind == kind && entry.answer == answer && entry.to == *to;
        if let Some(entry) = recent.entries.iter().find(same) {
            return (entry.subject.clone(), entry.reply_to.clone());
        }
        let (subject, reply_to) = (Subject::service(to, kind), Subject::replica(&self.replica, answer));
        let (to, next) = (to.clone(), recent.next);
        let entry = Entry { to, kind, answer, subject: subject.clone(), reply_to: reply_to.clone() };
        match recent.entries.get_mut(next) {
            Some(oldest) => *oldest = entry,
            None => recent.entries.push(entry),
        }
        recent.next = (next + 1) % KEPT;
        (subject, reply_to)
    }
}

#[cfg(test)]
mod tests {
    use kaa_proves::proves;

    use super::*;

    #[proves("ISM-001", "ISM-005", "ISM-021")]
    #[test]
    fn any_number_of_instances_is_addressed_and_few_are_kept() {
        let addresses = Addresses::new(ReplicaId::parse("r1").unwrap());
        let (kind, answer) = (MessageKind::from_static("p.ask"), MessageKind::from_static("p.answer"));
        for n in (0..50).chain(0..50) {
            let (subject, reply_to) = addresses.of(&InstanceName::parse(format!("i{n}")).unwrap(), kind, answer);
            assert_eq!(subject.as_str(), format!("kaa.v1.service.i{n}.p.ask"));
            assert_eq!(reply_to.as_str(), "kaa.v1.replica.r1.p.answer");
        }
        assert_eq!(addresses.recent.lock().unwrap().entries.len(), KEPT);
    }
}
