//! What is kept is bounded, and no call is told wrongly for it.

use super::{super::suspects::MOST_UNDECIDED, *};

/// More targets than there is room for, each with a message that nothing more is heard of.
fn crowded(calls: &[(&'static str, &str)]) -> Case {
    let mut case = Case::new(calls);
    for target in 0..MOST_TARGETS + 10 {
        case.one_way(&format!("crowd.{target}"));
    }
    case
}

/// The last of them.
const NO_ROOM: &str = "crowd.1030";

#[test]
fn what_is_kept_does_not_grow_with_the_targets() {
    let mut case = crowded(&[]);
    assert_eq!((case.watch.silent.by_target.len(), case.watch.silent.others), (MOST_TARGETS, 10));
    case.notice(None).unwrap();
    for target in 0..2 * MOST_TARGETS {
        let target = format!("more.{target}");
        case.one_way(&target);
        assert_eq!(case.notice(Some(&target)), None);
    }
    case.at += FENCE_LOST_AFTER + Duration::from_millis(1);
    case.notice(None).unwrap();
    let fence = case.watch.fence.as_ref().unwrap();
    assert_eq!(fence.silent.by_target.len(), MOST_TARGETS, "those of the lost fence, and what came after it");
    assert!(fence.silent.about(None) >= u64::try_from(3 * MOST_TARGETS).unwrap(), "none is forgotten");
    assert_eq!(case.watch.notices.len(), MOST_TARGETS);
}

#[test]
fn a_notice_about_a_target_without_room_blames_no_call() {
    for about in [Some(NO_ROOM), None] {
        let mut case = crowded(&[("delivered", NO_ROOM), ("delivered too", "y")]);
        assert!(case.look(about).is_empty());
        assert!(case.answered("delivered too").is_empty());
        assert!(case.answered("delivered").is_empty());
    }
}

#[test]
fn without_room_a_call_that_reached_nobody_is_told_from_the_next_fence_on() {
    let mut case = crowded(&[("lost", "x")]);
    assert!(case.look(Some("x")).is_empty(), "the notice may be about a message that was counted with others");
    case.call("lost too", "x");
    assert_eq!(case.look(Some("x")), ["lost too"]);
    assert_eq!(case.watch.silent.about(None), 0);
}

#[test]
fn a_notice_too_many_to_keep_leaves_its_call_to_its_deadline() {
    let mut case = Case::new(&[("delivered", "x"), ("lost", "x")]);
    let fence = case.notice(Some("crowd")).unwrap();
    for target in 0..MOST_TARGETS {
        assert_eq!(case.notice(Some(&format!("crowd.{target}"))), None);
    }
    assert_eq!(case.notice(Some("x")), None);
    case.sent(fence);
    assert!(case.returned(fence).is_empty());
    assert!(case.answered("delivered").is_empty());
    case.call("lost too", "x");
    assert_eq!(case.look(Some("x")), ["lost too"]);
}

#[test]
fn looks_that_are_undecided_are_bounded_and_later_ones_exact() {
    let mut case = Case::new(&[]);
    for n in 0..3 * MOST_UNDECIDED {
        // One of the two has reached nobody, and the bus does not tell which.
        case.call(format!("c{n}").leak(), "a");
        case.one_way("b");
        assert_eq!(case.look(None), [""; 0]);
    }
    assert_eq!(case.watch.undecided.0.len(), MOST_UNDECIDED);
    case.call("last", "a");
    assert_eq!(case.look(None), ["last"]);
    assert_eq!(case.watch.undecided.0.len(), MOST_UNDECIDED - 1, "it had the place of the oldest");
    assert_eq!(case.answered("c0"), [""; 0], "nothing is known of the oldest");
    assert_eq!(case.watch.undecided.0.len(), MOST_UNDECIDED - 1);
    assert_eq!(case.answered(format!("c{}", 3 * MOST_UNDECIDED - 1).leak()), [""; 0]);
    assert_eq!(case.watch.undecided.0.len(), MOST_UNDECIDED - 2);
}
