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

mod counts;
mod suspects;

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use kaa_ism::Subject;
use tokio::time::Instant;

use self::{
    counts::{Counts, MOST_TARGETS},
    suspects::{Suspects, Undecided},
};

/// Counts registrations, publications and fences, to tell what was before what.
pub(crate) type Moment = u64;

/// After this time a fence is lost: a subscription that is too slow loses messages, this one too.
const FENCE_LOST_AFTER: Duration = Duration::from_secs(5);

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
    undecided: Undecided,
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
        self.undecided.abandoned(id);
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
        self.undecided.add(suspects.into_values())
    }

    /// A call was answered. Returns the calls that reached nobody.
    #[must_use]
    pub(super) fn answered(&mut self, id: &str) -> Vec<String> {
        self.undecided.answered(id)
    }

    /// The connection was lost, and with it the fence; the calls are given up. A new fence begins: it leaves behind all that
    /// still leaves when the connection is back, and in front of any new call.
    pub(super) fn disconnected(&mut self, now: Moment, at: Instant) {
        self.fence_lost();
        self.undecided.0.clear();
        let silent = std::mem::take(&mut self.silent);
        self.fence = Some(Fence { began: now, since: at, sent: None, silent, forget: true });
    }

    /// Nothing leaves after a lost connection.
    pub(super) fn forget(&mut self) {
        self.fence = None;
        self.silent = Counts::default();
        self.notices.clear();
    }
}

#[cfg(test)]
mod tests;
