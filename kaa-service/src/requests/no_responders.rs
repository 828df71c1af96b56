//! Which calls reached nobody?
//!
//! All calls that expect answers of one kind share one reply subject, so a no-responders notice does not say which of them it
//! is about: only that some message, published since the last look, reached nobody. To find out, a *fence* is published to
//! ourselves behind everything sent so far. When it comes back, every notice about a message in front of it has come too,
//! and the number of notices is compared with the number of messages in front of the fence that are still unanswered. If
//! they are equal, all of those reached nobody. If not, some were delivered: as they are answered, the numbers meet. A call
//! is never told that nobody listens when somebody does; where that cannot be decided it runs into its deadline.

use std::collections::{HashMap, HashSet};

use kaa_ism::Subject;

/// What is known about the calls that expect answers of one kind.
#[derive(Debug, Default)]
pub(super) struct NoResponders {
    /// Calls up to this number have been looked at.
    boundary: u64,
    /// A fence is under way; once it has been sent, the number of the last call in front of it.
    fence: Option<Option<u64>>,
    /// Messages since the boundary that nothing more will be heard of: sent one way, or given up.
    silent: HashMap<Subject, u64>,
    /// Notices since the boundary, by the subject of the message where the bus tells it.
    notices: HashMap<Option<Subject>, u64>,
    suspects: Vec<Suspects>,
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
    pub(super) number: u64,
    pub(super) target: &'a Subject,
}

impl NoResponders {
    /// A message was sent whose answers nobody waits for.
    pub(super) fn silent(&mut self, target: &Subject) {
        match self.silent.get_mut(target) {
            Some(count) => *count += 1,
            None => {
                self.silent.insert(target.clone(), 1);
            }
        }
    }

    /// A call was given up.
    pub(super) fn abandoned(&mut self, id: &str, number: u64, target: &Subject) {
        if number > self.boundary {
            return self.silent(target);
        }
        for suspects in &mut self.suspects {
            if suspects.calls.remove(id) {
                suspects.silent += 1;
            }
        }
    }

    /// A notice came. Returns whether a fence has to be sent.
    #[must_use]
    pub(super) fn notice(&mut self, target: Option<Subject>) -> bool {
        *self.notices.entry(target).or_default() += 1;
        let needed = self.fence.is_none();
        self.fence.get_or_insert(None);
        needed
    }

    /// The fence has been handed to the connection; `last` is the number of the last call that may be in front of it.
    pub(super) fn fence_sent(&mut self, last: u64) {
        self.fence = Some(Some(last));
    }

    /// The fence could not be sent.
    pub(super) fn fence_lost(&mut self) {
        self.fence = None;
    }

    /// The fence came back. Returns the calls that reached nobody.
    #[must_use]
    pub(super) fn fence_returned<'a>(&mut self, waiting: impl Iterator<Item = Waiting<'a>> + Clone) -> Vec<String> {
        let Some(Some(last)) = self.fence.take() else { return Vec::new() };
        let silent = std::mem::take(&mut self.silent);
        for (target, notices) in std::mem::take(&mut self.notices) {
            let in_front = waiting.clone().filter(|call| call.number > self.boundary && call.number <= last);
            let calls = in_front.filter(|call| target.as_ref().is_none_or(|target| call.target == target));
            let silent = match &target {
                Some(target) => silent.get(target).copied().unwrap_or(0),
                None => silent.values().sum(),
            };
            self.suspects.push(Suspects { calls: calls.map(|call| call.id.to_owned()).collect(), silent, notices });
        }
        self.boundary = last;
        self.settle()
    }

    /// A call was answered. Returns the calls that reached nobody.
    #[must_use]
    pub(super) fn answered(&mut self, id: &str) -> Vec<String> {
        if self.suspects.is_empty() {
            return Vec::new();
        }
        for suspects in &mut self.suspects {
            suspects.calls.remove(id);
        }
        self.settle()
    }

    fn settle(&mut self) -> Vec<String> {
        let mut nobody = Vec::new();
        self.suspects.retain_mut(|suspects| {
            let open = u64::try_from(suspects.calls.len()).unwrap_or(u64::MAX).saturating_add(suspects.silent);
            if open == suspects.notices {
                nobody.extend(suspects.calls.drain());
            }
            !suspects.calls.is_empty()
        });
        nobody
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(text: &str) -> Subject {
        Subject::parse(text).unwrap()
    }

    struct Case {
        watch: NoResponders,
        calls: Vec<(String, u64, Subject)>,
    }

    impl Case {
        fn new(calls: &[(&str, &str)]) -> Self {
            let numbered = calls.iter().zip(1..).map(|((id, target), n)| ((*id).to_owned(), n, subject(target)));
            Self { watch: NoResponders::default(), calls: numbered.collect() }
        }

        fn fence(&mut self) -> Vec<String> {
            self.watch.fence_sent(self.calls.iter().map(|call| call.1).max().unwrap_or(0));
            let waiting = self.calls.iter().map(|(id, number, target)| Waiting { id, number: *number, target });
            let mut nobody = self.watch.fence_returned(waiting);
            nobody.sort();
            nobody
        }
    }

    #[test]
    fn when_all_calls_reached_nobody_all_are_told_at_once() {
        let mut case = Case::new(&[("a", "x"), ("b", "x")]);
        assert!(case.watch.notice(None));
        assert!(!case.watch.notice(None), "one fence at a time");
        assert_eq!(case.fence(), ["a", "b"]);
    }

    #[test]
    fn a_call_that_was_delivered_is_not_told_and_the_other_is_told_once_it_is_answered() {
        let mut case = Case::new(&[("delivered", "x"), ("lost", "x")]);
        assert!(case.watch.notice(Some(subject("x"))));
        assert!(case.fence().is_empty());
        assert_eq!(case.watch.answered("delivered"), ["lost"]);
    }

    #[test]
    fn calls_to_others_are_left_alone_where_the_bus_tells_the_subject() {
        let mut case = Case::new(&[("slow", "there"), ("lost", "gone")]);
        assert!(case.watch.notice(Some(subject("gone"))));
        assert_eq!(case.fence(), ["lost"]);
    }

    #[test]
    fn a_notice_about_a_message_sent_one_way_blames_no_call() {
        let mut case = Case::new(&[("delivered", "x")]);
        case.watch.silent(&subject("x"));
        assert!(case.watch.notice(Some(subject("x"))));
        assert!(case.fence().is_empty());
        assert!(case.watch.answered("delivered").is_empty());
    }

    #[test]
    fn a_notice_about_an_abandoned_call_blames_no_other() {
        let mut case = Case::new(&[("delivered", "x"), ("given up", "x")]);
        assert!(case.watch.notice(None));
        assert!(case.fence().is_empty());
        case.watch.abandoned("given up", 2, &subject("x"));
        assert!(case.watch.answered("delivered").is_empty());
    }

    #[test]
    fn what_was_looked_at_once_does_not_count_again() {
        let mut case = Case::new(&[("delivered", "x")]);
        case.watch.silent(&subject("x"));
        assert!(case.watch.notice(None));
        assert!(case.fence().is_empty());
        case.calls.push(("lost".into(), 2, subject("x")));
        assert!(case.watch.notice(None));
        assert_eq!(case.fence(), ["lost"]);
    }
}
