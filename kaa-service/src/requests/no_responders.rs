//! Which calls reached nobody?
//!
//! All calls that expect answers of one kind share one reply subject, so a no-responders notice does not say which of them it
//! is about: only that some message, published since the last look, reached nobody. To find out, a *fence* is published to
//! ourselves behind everything sent so far. When it comes back, every notice about a message in front of it has come too,
//! and the number of notices is compared with the number of messages in front of the fence that are still unanswered. If
//! they are equal, all of those reached nobody. If not, some were delivered: as they are answered, the numbers meet. A call
//! is never told that nobody listens when somebody does; where that cannot be decided it runs into its deadline.
//!
//! A message that the connection takes at once is in front of a fence or behind it. One that has to wait for a busy
//! connection may be either, and counts on both sides.
//!
//! What is kept does not grow with the number of targets: messages are counted for [`MOST_TARGETS`] of them apart, further
//! ones together. Those may have been for any target, and so they keep every call of their fence from being told, however it
//! is answered. With a message too many, or a notice too few, the numbers never meet by mistake. After the next fence all is
//! exact again.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use kaa_ism::Subject;
use tokio::time::Instant;

/// Counts registrations, publications and fences, to tell what was before what.
pub(crate) type Moment = u64;

/// After this time a fence is lost: a subscription that is too slow loses messages, this one too.
const FENCE_LOST_AFTER: Duration = Duration::from_secs(5);

/// So many targets are told apart between two fences. Subjects of 60 bytes take some 200 KiB then.
const MOST_TARGETS: usize = 1024;

/// How many looks may be undecided at once: each answer is compared with all of them.
const MOST_UNDECIDED: usize = 32;

/// How many messages there are for a subject.
#[derive(Debug, Default)]
struct Counts {
    by_target: HashMap<Subject, u64>,
    /// Those for subjects that there was no room for.
    others: u64,
}

/// What is known about the calls that expect answers of one kind.
#[derive(Debug, Default)]
pub(super) struct NoResponders {
    /// What had been published by then has been looked at.
    boundary: Moment,
    /// A fence that is under way.
    fence: Option<Fence>,
    /// Messages sent one way that are on their way to the connection.
    leaving: HashMap<Moment, Subject>,
    /// Messages that nothing more will be heard of, and that may be behind all fences so far.
    silent: Counts,
    /// Notices since the boundary, by the subject of the message where the bus tells it. Those that there is no room for are
    /// forgotten.
    notices: HashMap<Option<Subject>, u64>,
    suspects: Vec<Suspects>,
}

#[derive(Debug)]
struct Fence {
    began: Moment,
    since: Instant,
    /// `None` while it is on its way to the connection.
    sent: Option<Moment>,
    /// Messages that nothing more will be heard of, and that may be in front of it.
    silent: Counts,
    /// It follows a lost connection: what was in front of it may have been lost too, or left later.
    forget: bool,
}

/// Calls of which `notices` reached nobody, unless it was one of the `silent` messages.
#[derive(Debug)]
struct Suspects {
    calls: HashSet<String>,
    silent: u64,
    notices: u64,
}

/// A waiting call, as the looking-at needs it.
#[derive(Debug)]
pub(super) struct Waiting<'a> {
    pub(super) id: &'a str,
    pub(super) target: &'a Subject,
    pub(super) registered: Moment,
    pub(super) published: Option<Moment>,
}

impl NoResponders {
    /// A message is on its way to the connection whose answers nobody waits for.
    pub(super) fn leaving(&mut self, target: Subject, registered: Moment) {
        self.leaving.insert(registered, target);
    }

    /// It has been published by now, or never will be.
    pub(super) fn left(&mut self, registered: Moment, published: Option<Moment>) {
        if let (Some(target), Some(published)) = (self.leaving.remove(&registered), published) {
            self.silent(target, registered, published);
        }
    }

    /// Nothing more will be heard of a message.
    pub(super) fn silent(&mut self, target: Subject, registered: Moment, published: Moment) {
        if let Some(fence) = &mut self.fence {
            if published > self.boundary && fence.sent.is_none_or(|sent| registered < sent) {
                fence.silent.add(target.clone(), 1);
            }
            if published < fence.began {
                return;
            }
        }
        if published > self.boundary {
            self.silent.add(target, 1);
        }
    }

    /// A call was given up.
    pub(super) fn abandoned(&mut self, id: &str, target: Subject, registered: Moment, published: Moment) {
        for suspects in &mut self.suspects {
            if suspects.calls.remove(id) {
                suspects.silent += 1;
            }
        }
        self.silent(target, registered, published);
    }

    /// A notice came. Returns whether a fence has to be sent, which begins now.
    #[must_use]
    pub(super) fn notice(&mut self, target: Option<Subject>, now: Moment, at: Instant) -> bool {
        if self.notices.len() < MOST_TARGETS || self.notices.contains_key(&target) {
            *self.notices.entry(target).or_default() += 1;
        }
        if self.fence.as_ref().is_some_and(|fence| at.duration_since(fence.since) > FENCE_LOST_AFTER) {
            self.fence_lost();
        }
        let needed = self.fence.is_none();
        if needed {
            let silent = std::mem::take(&mut self.silent);
            self.fence = Some(Fence { began: now, since: at, sent: None, silent, forget: false });
        }
        needed
    }

    /// The fence has been handed to the connection by now, or could not be.
    pub(super) fn fence_sent(&mut self, began: Moment, now: Option<Moment>) {
        match (&mut self.fence, now) {
            (Some(fence), Some(_)) if fence.began == began => fence.sent = now,
            (Some(fence), None) if fence.began == began => self.fence_lost(),
            _ => {}
        }
    }

    fn fence_lost(&mut self) {
        if let Some(fence) = self.fence.take() {
            self.silent.add_all(fence.silent);
        }
    }

    /// The fence came back. Returns the calls that reached nobody.
    #[must_use]
    pub(super) fn fence_returned<'a>(
        &mut self,
        began: Moment,
        waiting: impl Iterator<Item = Waiting<'a>>,
    ) -> Vec<String> {
        let Some(Fence { sent: Some(sent), silent, forget, .. }) =
            self.fence.take_if(|fence| fence.began == began && fence.sent.is_some())
        else {
            return Vec::new();
        };
        let boundary = std::mem::replace(&mut self.boundary, began);
        let notices = std::mem::take(&mut self.notices).into_iter();
        if forget {
            return Vec::new();
        }
        let mut suspects: HashMap<_, _> =
            notices.map(|(target, notices)| (target, Suspects { calls: HashSet::new(), silent: 0, notices })).collect();
        for (about, suspects) in &mut suspects {
            suspects.silent += silent.about(about.as_ref());
        }
        for (_, target) in self.leaving.iter().filter(|(registered, _)| **registered < sent) {
            for about in [Some(target.clone()), None] {
                if let Some(suspects) = suspects.get_mut(&about) {
                    suspects.silent += 1;
                }
            }
        }
        let in_front = waiting.filter(|call| call.registered < sent && call.published.is_none_or(|at| at > boundary));
        for call in in_front {
            for about in [Some(call.target.clone()), None] {
                if let Some(suspects) = suspects.get_mut(&about) {
                    suspects.calls.insert(call.id.to_owned());
                }
            }
        }
        self.suspects.extend(suspects.into_values());
        self.suspects.retain(|suspects| !suspects.calls.is_empty());
        self.merge_what_overlaps();
        let too_many = self.suspects.len().saturating_sub(MOST_UNDECIDED);
        // The calls of the oldest end by their deadlines.
        self.suspects.drain(..too_many);
        self.settle()
    }

    /// A call was answered. Returns the calls that reached nobody.
    #[must_use]
    pub(super) fn answered(&mut self, id: &str) -> Vec<String> {
        if self.suspects.is_empty() {
            return Vec::new();
        }
        let mut was_suspect = false;
        for suspects in &mut self.suspects {
            was_suspect |= suspects.calls.remove(id);
        }
        // Most are none: they are answered sooner than a fence comes back.
        if was_suspect { self.settle() } else { Vec::new() }
    }

    /// The connection was lost, and with it the fence; the calls are given up. A new fence begins: it leaves behind all that
    /// still leaves when the connection is back, and in front of any new call.
    pub(super) fn disconnected(&mut self, now: Moment, at: Instant) {
        self.fence_lost();
        self.suspects.clear();
        let silent = std::mem::take(&mut self.silent);
        self.fence = Some(Fence { began: now, since: at, sent: None, silent, forget: true });
    }

    /// Nothing leaves after a lost connection.
    pub(super) fn forget(&mut self) {
        self.fence = None;
        self.silent = Counts::default();
        self.notices.clear();
    }

    /// Calls that count on both sides of a fence tie the two together: which side a notice is about is not known, but both
    /// sides together are as exact as one.
    fn merge_what_overlaps(&mut self) {
        let mut merged: Vec<Suspects> = Vec::with_capacity(self.suspects.len());
        for mut suspects in std::mem::take(&mut self.suspects) {
            if !suspects.all_reached_nobody() {
                let overlapping =
                    |other: &Suspects| !other.all_reached_nobody() && !other.calls.is_disjoint(&suspects.calls);
                let (overlap, apart): (Vec<_>, Vec<_>) = merged.into_iter().partition(overlapping);
                for other in overlap {
                    suspects.calls.extend(other.calls);
                    suspects.silent += other.silent;
                    suspects.notices += other.notices;
                }
                merged = apart;
            }
            merged.push(suspects);
        }
        self.suspects = merged;
    }

    fn settle(&mut self) -> Vec<String> {
        let mut nobody = Vec::new();
        self.suspects.retain(|suspects| !suspects.calls.is_empty());
        while let Some(decided) = self.suspects.iter().position(Suspects::all_reached_nobody) {
            let decided = self.suspects.swap_remove(decided);
            // A call has one notice at most: the notices that others count are not about these.
            for others in &mut self.suspects {
                others.calls.retain(|id| !decided.calls.contains(id));
            }
            self.suspects.retain(|suspects| !suspects.calls.is_empty());
            nobody.extend(decided.calls);
        }
        nobody
    }
}

impl Counts {
    fn add(&mut self, target: Subject, count: u64) {
        if self.by_target.len() < MOST_TARGETS || self.by_target.contains_key(&target) {
            *self.by_target.entry(target).or_default() += count;
        } else {
            self.others += count;
        }
    }

    fn add_all(&mut self, more: Self) {
        more.by_target.into_iter().for_each(|(target, count)| self.add(target, count));
        self.others += more.others;
    }

    /// How many there may be for `target`; for `None` all.
    fn about(&self, target: Option<&Subject>) -> u64 {
        let known = match target {
            Some(target) => self.by_target.get(target).copied().unwrap_or_default(),
            None => self.by_target.values().sum(),
        };
        known + self.others
    }
}

impl Suspects {
    fn all_reached_nobody(&self) -> bool {
        u64::try_from(self.calls.len()).unwrap_or(u64::MAX).saturating_add(self.silent) == self.notices
    }
}

#[cfg(test)]
mod tests;
