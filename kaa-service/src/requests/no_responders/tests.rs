mod bounds;

use super::*;

fn subject(text: &str) -> Subject {
    Subject::parse(text).unwrap()
}

struct Call {
    id: &'static str,
    target: Subject,
    registered: Moment,
    published: Option<Moment>,
}

/// Messages and fences one after the other, each at a moment of its own.
struct Case {
    watch: NoResponders,
    calls: Vec<Call>,
    now: Moment,
    at: Instant,
}

impl Case {
    fn new(calls: &[(&'static str, &str)]) -> Self {
        let mut case = Self { watch: NoResponders::default(), calls: Vec::new(), now: 0, at: Instant::now() };
        for (id, target) in calls {
            case.call(id, target);
        }
        case
    }

    fn tick(&mut self) -> Moment {
        self.now += 1;
        self.now
    }

    /// A call that is on its way to the connection.
    fn leaving_call(&mut self, id: &'static str, target: &str) {
        let registered = self.tick();
        self.calls.push(Call { id, target: subject(target), registered, published: None });
    }

    fn published(&mut self, id: &str) {
        let now = self.tick();
        self.calls.iter_mut().find(|call| call.id == id).unwrap().published = Some(now);
    }

    fn call(&mut self, id: &'static str, target: &str) {
        self.leaving_call(id, target);
        self.published(id);
    }

    fn one_way(&mut self, target: &str) {
        let registered = self.tick();
        self.watch.leaving(subject(target), registered);
        let now = self.tick();
        self.watch.left(registered, Some(now));
    }

    fn notice(&mut self, target: Option<&str>) -> Option<Moment> {
        let (now, at) = (self.tick(), self.at);
        self.watch.notice(target.map(subject), now, at).then_some(now)
    }

    fn sent(&mut self, fence: Moment) {
        let now = self.tick();
        self.watch.fence_sent(fence, Some(now));
    }

    fn returned(&mut self, fence: Moment) -> Vec<String> {
        let waiting = self.calls.iter().map(|call| {
            let Call { id, target, registered, published } = call;
            Waiting { id, target, registered: *registered, published: *published }
        });
        let mut nobody = self.watch.fence_returned(fence, waiting);
        self.calls.retain(|call| !nobody.iter().any(|id| id == call.id));
        nobody.sort();
        nobody
    }

    /// A notice, and the whole way of its fence.
    fn look(&mut self, target: Option<&str>) -> Vec<String> {
        let fence = self.notice(target).unwrap();
        self.sent(fence);
        self.returned(fence)
    }

    fn answered(&mut self, id: &str) -> Vec<String> {
        self.calls.retain(|call| call.id != id);
        let mut nobody = self.watch.answered(id);
        nobody.sort();
        self.calls.retain(|call| !nobody.iter().any(|id| id == call.id));
        nobody
    }

    fn abandoned(&mut self, id: &str) {
        let at = self.calls.iter().position(|call| call.id == id).unwrap();
        let Call { id, target, registered, published } = self.calls.remove(at);
        let now = self.tick();
        self.watch.abandoned(id, target, registered, published.unwrap_or(now));
    }
}

#[test]
fn when_all_calls_reached_nobody_all_are_told_at_once() {
    let mut case = Case::new(&[("a", "x"), ("b", "x")]);
    let fence = case.notice(None).unwrap();
    assert_eq!(case.notice(None), None, "one fence at a time");
    case.sent(fence);
    assert_eq!(case.returned(fence), ["a", "b"]);
}

#[test]
fn a_call_that_was_delivered_is_not_told_and_the_other_is_told_once_it_is_answered() {
    let mut case = Case::new(&[("delivered", "x"), ("lost", "x")]);
    assert!(case.look(Some("x")).is_empty());
    assert_eq!(case.answered("delivered"), ["lost"]);
}

#[test]
fn calls_to_others_are_left_alone_where_the_bus_tells_the_subject() {
    let mut case = Case::new(&[("slow", "there"), ("lost", "gone")]);
    assert_eq!(case.look(Some("gone")), ["lost"]);
}

#[test]
fn a_notice_about_a_message_sent_one_way_blames_no_call() {
    let mut case = Case::new(&[("delivered", "x")]);
    case.one_way("x");
    assert!(case.look(Some("x")).is_empty());
    assert!(case.answered("delivered").is_empty());
}

#[test]
fn a_notice_about_an_abandoned_call_blames_no_other() {
    let mut case = Case::new(&[("delivered", "x"), ("given up", "x")]);
    assert!(case.look(None).is_empty());
    case.abandoned("given up");
    assert!(case.answered("delivered").is_empty());
}

#[test]
fn what_was_looked_at_once_does_not_count_again() {
    let mut case = Case::new(&[("delivered", "x")]);
    case.one_way("x");
    assert!(case.look(None).is_empty());
    case.call("lost", "x");
    assert_eq!(case.look(None), ["lost"]);
}

#[test]
fn a_call_that_overtakes_or_follows_a_fence_counts_on_both_sides() {
    let mut case = Case::new(&[("lost", "x")]);
    let fence = case.notice(None).unwrap();
    case.leaving_call("between", "x");
    case.sent(fence);
    case.published("between");
    assert!(case.returned(fence).is_empty(), "one notice, two candidates");
    // Its notice comes behind the fence; the call after it was delivered.
    case.call("delivered", "x");
    assert!(case.look(None).is_empty());
    assert_eq!(case.answered("delivered"), ["between", "lost"]);
}

#[test]
fn a_one_way_message_that_overtakes_or_follows_a_fence_counts_on_both_sides() {
    for registered_before in [true, false] {
        let mut case = Case::new(&[("lost", "x")]);
        let mut registered = case.tick();
        if registered_before {
            case.watch.leaving(subject("x"), registered);
        }
        let fence = case.notice(None).unwrap();
        if !registered_before {
            registered = case.tick();
            case.watch.leaving(subject("x"), registered);
        }
        case.sent(fence);
        assert!(case.returned(fence).is_empty());
        let now = case.tick();
        case.watch.left(registered, Some(now));
        case.call("delivered", "x");
        assert!(case.look(None).is_empty(), "the notice may be about the one way message");
    }
}

#[test]
fn a_message_that_never_left_does_not_count() {
    let mut case = Case::new(&[("lost", "x")]);
    let registered = case.tick();
    case.watch.leaving(subject("x"), registered);
    case.watch.left(registered, None);
    assert_eq!(case.look(None), ["lost"]);
}

#[test]
fn a_fence_that_does_not_come_back_is_replaced_and_may_come_back_later() {
    let mut case = Case::new(&[("lost", "x")]);
    case.one_way("y");
    let first = case.notice(Some("x")).unwrap();
    case.sent(first);
    case.at += FENCE_LOST_AFTER;
    assert_eq!(case.notice(Some("y")), None);
    case.at += Duration::from_millis(1);
    let second = case.notice(Some("y")).unwrap();
    case.sent(second);
    assert!(case.returned(first).is_empty());
    case.watch.notices.insert(Some(subject("y")), 1);
    assert_eq!(case.returned(second), ["lost"]);
}

#[test]
fn what_was_under_way_when_the_connection_was_lost_blames_no_call_and_hides_none() {
    let mut case = Case::new(&[]);
    case.one_way("x");
    let fence = case.notice(None).unwrap();
    case.sent(fence);
    case.one_way("x");
    let (now, at) = (case.tick(), case.at);
    case.watch.disconnected(now, at);
    case.sent(now);
    case.call("delivered", "x");
    assert_eq!(case.notice(None), None, "of what left late; the fence is under way");
    assert!(case.returned(now).is_empty());
    case.call("lost", "y");
    assert!(case.look(Some("y")) == ["lost"]);
}

#[test]
fn where_nothing_leaves_after_a_lost_connection_nothing_is_waited_for() {
    let mut case = Case::new(&[]);
    case.one_way("x");
    let (now, at) = (case.tick(), case.at);
    case.watch.disconnected(now, at);
    case.watch.forget();
    case.call("lost", "x");
    assert_eq!(case.look(None), ["lost"]);
}

#[test]
fn two_windows_that_share_calls_are_decided_together() {
    let mut case = Case::new(&[("a", "x")]);
    case.leaving_call("b", "x");
    case.leaving_call("c", "x");
    let first = case.notice(None).unwrap();
    case.sent(first);
    case.published("b");
    case.published("c");
    // b was in front of the fence and c behind it, but both count on both sides.
    assert_eq!(case.notice(None), None);
    assert!(case.returned(first).is_empty());
    assert_eq!(case.look(None), ["a", "b", "c"]);
}
