//! What is known of the calls that wait.

use std::collections::HashMap;

use bytes::Bytes;
use foldhash::fast::RandomState;
use kaa_ism::Subject;
use tokio::{
    sync::{mpsc, oneshot},
    time::Instant,
};

use super::{
    super::{
        given_up::GivenUp,
        id::Id,
        no_responders::{Moment, NoResponders},
    },
    Fence, Outcome, Sent,
};

#[derive(Debug, Default)]
pub(in crate::requests) struct State {
    /// By the kind of the answer.
    pub(super) kinds: Kinds,
    /// How many calls wait.
    pub(super) waiting: usize,
    now: Moment,
    /// When the calls are looked at whose time is up.
    pub(in crate::requests) look_at: Option<Instant>,
    /// Whether `serve_deadlines` runs.
    pub(super) served: bool,
}

/// A service calls for few kinds of answers.
#[derive(Debug, Default)]
pub(super) struct Kinds(pub(super) Vec<(&'static str, Kind)>);

impl Kinds {
    pub(super) fn get_mut(&mut self, kind: &str) -> Option<&mut Kind> {
        self.0.iter_mut().find(|(known, _)| *known == kind).map(|(_, of_kind)| of_kind)
    }

    pub(super) fn of(&mut self, kind: &'static str) -> &mut Kind {
        let index = self.0.iter().position(|(known, _)| *known == kind).unwrap_or_else(|| {
            self.0.push((kind, Kind::default()));
            self.0.len() - 1
        });
        #[expect(clippy::indexing_slicing, reason = "found or pushed just before")]
        &mut self.0[index].1
    }
}

#[derive(Debug, Default)]
pub(super) struct Kind {
    pub(super) calls: HashMap<Id, Call, RandomState>,
    pub(super) no_responders: NoResponders,
    pub(super) given_up: GivenUp,
}

#[derive(Debug)]
pub(in crate::requests) struct Call {
    pub(super) target: Subject,
    pub(super) registered: Moment,
    /// Its id was that of a call which was given up: the answer may be to that one.
    pub(super) is_again: bool,
    /// `None` until it has been handed to the connection.
    pub(super) published: Option<Moment>,
    pub(in crate::requests) end: Instant,
    /// `None` once its time is up, until whoever waits has seen it.
    pub(in crate::requests) sender: Option<oneshot::Sender<Outcome>>,
    /// For one that may be answered more than once.
    pub(in crate::requests) answers: Option<mpsc::Sender<Bytes>>,
}

impl State {
    /// All calls that wait.
    pub(in crate::requests) fn calls(&mut self) -> impl Iterator<Item = &mut Call> {
        self.kinds.0.iter_mut().flat_map(|(_, of_kind)| of_kind.calls.values_mut())
    }

    pub(super) fn noticed(&mut self, kind: &str, target: Option<Subject>, at: Instant) -> Option<Fence> {
        let began = self.next_moment();
        let (kind, of_kind) = self.kinds.0.iter_mut().find(|(known, _)| *known == kind)?;
        let kind = *kind;
        of_kind.no_responders.notice(target, began, at).then_some(Fence { kind, began })
    }

    pub(super) fn fence_sent(&mut self, fence: Fence, sent: &Sent) {
        let now = self.next_moment();
        if let Some(of_kind) = self.kinds.get_mut(fence.kind) {
            of_kind.no_responders.fence_sent(fence.began, sent.is_ok().then_some(now));
        }
    }

    pub(super) fn next_moment(&mut self) -> Moment {
        self.now += 1;
        self.now
    }
}

impl Call {
    /// Says whether somebody waits.
    pub(super) fn tell(self, outcome: Outcome) -> bool {
        self.sender.is_some_and(|sender| sender.send(outcome).is_ok())
    }
}

impl Kind {
    /// Returns how many calls have ended by it.
    pub(super) fn tell_nobody_listens(&mut self, calls: Vec<String>) -> usize {
        let told: Vec<_> = calls.iter().filter_map(|id| self.calls.remove(id.as_bytes())).collect();
        let count = told.len();
        for call in told {
            call.tell(Outcome::NoResponders);
        }
        count
    }
}
