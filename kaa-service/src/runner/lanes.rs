//! Which message is handled next: order within a lane, bounds over all.

use std::{
    collections::{HashMap, VecDeque, hash_map::Entry},
    time::Duration,
};

/// Bounds of one role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// How many messages are handled at once, at least 1. Default 1024.
    pub in_work: usize,
    /// How many more wait. What comes beyond that is refused with 503. Default 16,384.
    pub waiting: usize,
    /// How many bytes these have at most, all together. What comes beyond that is refused with 503. Default 64 MiB.
    pub waiting_bytes: usize,
    /// How long a handler may take for a message that does not expire sooner. Default 30 s.
    pub handling: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { in_work: 1024, waiting: 16_384, waiting_bytes: 64 << 20, handling: Duration::from_secs(30) }
    }
}

impl Limits {
    /// With another number of messages in work, at least 1.
    #[must_use]
    pub fn with_in_work(mut self, in_work: usize) -> Self {
        self.in_work = in_work.max(1);
        self
    }

    /// With another number of waiting messages.
    #[must_use]
    pub fn with_waiting(mut self, waiting: usize) -> Self {
        self.waiting = waiting;
        self
    }

    /// With another number of bytes of waiting messages.
    #[must_use]
    pub fn with_waiting_bytes(mut self, waiting_bytes: usize) -> Self {
        self.waiting_bytes = waiting_bytes;
        self
    }

    /// With another time for handling one message.
    #[must_use]
    pub fn with_handling(mut self, handling: Duration) -> Self {
        self.handling = handling;
        self
    }
}

/// The hash of a lane's name. Two lanes with the same hash wait for each other, which costs time and breaks nothing.
pub(super) type LaneKey = u64;

#[derive(Debug)]
pub(super) struct Lanes<J> {
    limits: Limits,
    in_work: usize,
    waiting: usize,
    waiting_bytes: usize,
    /// Lanes with a message in work or in `ready`; what waits behind it.
    busy: HashMap<LaneKey, VecDeque<(J, usize)>, foldhash::fast::RandomState>,
    /// Could start, but there is too much in work.
    ready: VecDeque<(Option<LaneKey>, J, usize)>,
}

/// What becomes of a new job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Admission {
    /// It starts now.
    Starts,
    /// It has to be [kept](Lanes::keep).
    Waits,
    /// There is no room for it.
    Refused,
}

impl<J> Lanes<J> {
    pub(super) fn new(mut limits: Limits) -> Self {
        // The field is public: 0 would start nothing, for ever.
        limits.in_work = limits.in_work.max(1);
        Self { limits, in_work: 0, waiting: 0, waiting_bytes: 0, busy: HashMap::default(), ready: VecDeque::new() }
    }

    pub(super) fn is_idle(&self) -> bool {
        self.in_work == 0
    }

    /// How many are in work and how many wait.
    pub(super) fn load(&self) -> (usize, usize) {
        (self.in_work, self.waiting)
    }

    /// Says what becomes of a new job of so many bytes.
    pub(super) fn admit(&mut self, lane: Option<LaneKey>, bytes: usize) -> Admission {
        let has_room = self.waiting_bytes.saturating_add(bytes) <= self.limits.waiting_bytes;
        let otherwise =
            if self.waiting < self.limits.waiting && has_room { Admission::Waits } else { Admission::Refused };
        if self.in_work >= self.limits.in_work {
            return otherwise;
        }
        if let Some(key) = lane {
            match self.busy.entry(key) {
                Entry::Occupied(_) => return otherwise,
                Entry::Vacant(free) => free.insert(VecDeque::new()),
            };
        }
        self.in_work += 1;
        Admission::Starts
    }

    /// Keeps an admitted job until its turn.
    pub(super) fn keep(&mut self, lane: Option<LaneKey>, job: J, bytes: usize) {
        self.waiting += 1;
        self.waiting_bytes += bytes;
        match lane.map(|key| self.busy.entry(key)) {
            Some(Entry::Occupied(mut behind)) => behind.get_mut().push_back((job, bytes)),
            Some(Entry::Vacant(free)) => {
                free.insert(VecDeque::new());
                self.ready.push_back((lane, job, bytes));
            }
            None => self.ready.push_back((lane, job, bytes)),
        }
    }

    /// A job of `lane` has ended. Returns the next to start.
    pub(super) fn finished(&mut self, lane: Option<LaneKey>) -> Option<(Option<LaneKey>, J)> {
        self.in_work -= 1;
        if let Some(key) = lane
            && let Entry::Occupied(mut behind) = self.busy.entry(key)
        {
            match behind.get_mut().pop_front() {
                // To the end: a lane with much to do does not keep others waiting.
                Some((job, bytes)) => self.ready.push_back((lane, job, bytes)),
                None => {
                    behind.remove();
                }
            }
        }
        let (lane, job, bytes) = self.ready.pop_front()?;
        self.waiting -= 1;
        self.waiting_bytes -= bytes;
        self.in_work += 1;
        Some((lane, job))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Offers a job, and keeps it if it has to wait.
    fn offer(lanes: &mut Lanes<&'static str>, lane: Option<LaneKey>, job: &'static str, bytes: usize) -> Admission {
        let admission = lanes.admit(lane, bytes);
        if admission == Admission::Waits {
            lanes.keep(lane, job, bytes);
        }
        admission
    }

    fn lanes(in_work: usize, waiting: usize) -> Lanes<&'static str> {
        Lanes::new(Limits::default().with_in_work(in_work).with_waiting(waiting))
    }

    #[test]
    fn one_lane_is_handled_one_after_the_other_and_lanes_at_once() {
        let mut lanes = lanes(10, 10);
        assert_eq!(offer(&mut lanes, Some(1), "a1", 1), Admission::Starts);
        assert_eq!(offer(&mut lanes, Some(1), "a2", 1), Admission::Waits);
        assert_eq!(offer(&mut lanes, Some(2), "b1", 1), Admission::Starts);
        assert_eq!(offer(&mut lanes, None, "x", 1), Admission::Starts);
        assert_eq!(lanes.finished(Some(2)), None);
        assert_eq!(lanes.finished(Some(1)), Some((Some(1), "a2")));
        assert_eq!(lanes.finished(None), None);
        assert_eq!(lanes.finished(Some(1)), None);
        assert!(lanes.is_idle() && lanes.busy.is_empty(), "nothing is kept of lanes that are done");
    }

    #[test]
    fn in_work_and_waiting_are_bounded() {
        let mut lanes = lanes(1, 2);
        assert_eq!(offer(&mut lanes, Some(1), "a1", 1), Admission::Starts);
        assert_eq!(offer(&mut lanes, Some(2), "b1", 1), Admission::Waits);
        assert_eq!(offer(&mut lanes, Some(1), "a2", 1), Admission::Waits);
        assert_eq!(offer(&mut lanes, Some(1), "a3", 1), Admission::Refused);
        assert_eq!(offer(&mut lanes, Some(3), "c1", 1), Admission::Refused);
        assert_eq!(lanes.finished(Some(1)), Some((Some(2), "b1")));
        assert_eq!(offer(&mut lanes, Some(3), "c1", 1), Admission::Waits);
        assert_eq!(lanes.finished(Some(2)), Some((Some(1), "a2")));
        assert_eq!(lanes.finished(Some(1)), Some((Some(3), "c1")));
        assert_eq!(lanes.finished(Some(3)), None);
        assert!(lanes.is_idle() && lanes.busy.is_empty());
    }

    #[test]
    fn a_lane_with_much_to_do_does_not_starve_others() {
        let mut lanes = lanes(1, 10);
        assert_eq!(offer(&mut lanes, Some(1), "a1", 1), Admission::Starts);
        assert_eq!(offer(&mut lanes, Some(1), "a2", 1), Admission::Waits);
        assert_eq!(offer(&mut lanes, Some(2), "b1", 1), Admission::Waits);
        assert_eq!(lanes.finished(Some(1)), Some((Some(2), "b1")));
        assert_eq!(lanes.finished(Some(2)), Some((Some(1), "a2")));
    }

    #[test]
    fn what_waits_is_bounded_in_bytes_too() {
        let mut lanes = Lanes::new(Limits::default().with_in_work(1).with_waiting_bytes(10));
        assert_eq!(offer(&mut lanes, Some(1), "a1", 1_000), Admission::Starts);
        assert_eq!(offer(&mut lanes, Some(1), "a2", 6), Admission::Waits);
        assert_eq!(offer(&mut lanes, None, "x", 5), Admission::Refused);
        assert_eq!(offer(&mut lanes, None, "y", 4), Admission::Waits);
        assert_eq!(lanes.finished(Some(1)), Some((None, "y")));
        assert_eq!(offer(&mut lanes, None, "z", 5), Admission::Refused);
        assert_eq!(offer(&mut lanes, None, "z", usize::MAX), Admission::Refused);
        assert_eq!(lanes.finished(None), Some((Some(1), "a2")));
        assert_eq!(lanes.waiting_bytes, 0);
    }
}
