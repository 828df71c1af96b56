use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use futures::FutureExt as _;
use tracing::Span;

use super::*;

const TRACE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

fn trace() -> Arc<TraceContext> {
    Arc::new(TraceContext::parse(TRACE).unwrap())
}

#[test]
fn a_traceparent_is_read_and_written_unchanged() {
    let trace = trace();
    assert_eq!(trace.trace_id(), 0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c);
    assert_eq!(trace.parent_id(), 0xb7ad_6b71_6920_3331);
    assert!(trace.is_sampled());
    assert_eq!(trace.to_string(), TRACE);
    let not_sampled = TraceContext::parse(&TRACE.replace("-01", "-02")).unwrap();
    assert!(!not_sampled.is_sampled());
    assert_eq!(not_sampled.to_string(), TRACE.replace("-01", "-02"), "a flag that nobody knows is passed on");
}

#[test]
fn what_is_no_traceparent_is_refused() {
    for (from, to) in [
        ("00-0af", "ff-0af"),
        ("00-0af", "0-00af"),
        ("0af7651916cd43dd8448eb211c80319c", "00000000000000000000000000000000"),
        ("b7ad6b7169203331", "0000000000000000"),
        ("b7ad6b7169203331", "B7AD6B7169203331"),
        ("b7ad6b7169203331", "+7ad6b7169203331"),
        ("b7ad6b7169203331", "b7ad6b716920333é"),
        ("-01", "-01-"),
        ("-01", "-0"),
        ("-", "_"),
        (TRACE, ""),
        (TRACE, "00-0-0-00"),
    ] {
        let text = TRACE.replace(from, to);
        assert!(TraceContext::parse(&text).is_err(), "{text}");
    }
}

#[test]
fn a_later_version_is_read_as_far_as_it_is_known() {
    for later in ["cc-", "01-"] {
        let text = TRACE.replacen("00-", later, 1);
        assert_eq!(TraceContext::parse(&text).unwrap().to_string(), TRACE);
        assert_eq!(TraceContext::parse(&format!("{text}-what.ever")).unwrap().to_string(), TRACE);
        assert!(TraceContext::parse(&format!("{text}1")).is_err());
    }
}

#[test]
fn a_state_is_kept_if_it_can_be_passed_on() {
    let with = |state: &str| TraceContext::parse(TRACE).unwrap().with_state(state);
    assert_eq!(with("rojo=00f067aa0ba902b7,congo=t61 x").state(), Some("rojo=00f067aa0ba902b7,congo=t61 x"));
    for state in ["", "a=b\r\nx: y", "é=1", &"x".repeat(513)] {
        assert_eq!(with(state).state(), None, "{state:?}");
    }
}

#[test]
fn a_parent_of_ones_own_stays_in_the_trace() {
    let child = TraceContext::parse(TRACE).unwrap().with_parent(1);
    assert_eq!((child.trace_id(), child.parent_id()), (trace().trace_id(), 1));
    assert_eq!(child.with_parent(0).parent_id(), 1);
}

#[test]
fn within_a_scope_there_is_a_trace_and_outside_there_is_none() {
    let inner = Arc::new(TraceContext::parse(TRACE).unwrap().with_parent(1));
    let nested = async {
        let before = TraceContext::current();
        let within = inner.clone().scope(async { TraceContext::current() }).await;
        (before, within, TraceContext::current())
    };
    let seen = trace().scope(nested).now_or_never().unwrap();
    assert_eq!(seen, (Some(trace()), Some(inner.clone()), Some(trace())));
    assert_eq!(TraceContext::current(), None);
}

#[test]
fn a_panic_leaves_no_trace_behind() {
    let panicking = trace().scope(async { panic!("on purpose") });
    assert!(catch_unwind(AssertUnwindSafe(|| panicking.now_or_never())).is_err());
    assert_eq!(TraceContext::current(), None);
}

#[test]
fn the_start_of_handling_has_the_trace_too() {
    let surroundings = Surroundings { span: Span::none(), trace: Some(trace()) };
    let at_start = surroundings.run(TraceContext::current);
    let handling = surroundings.around(async { TraceContext::current() });
    assert_eq!((at_start, handling.now_or_never()), (Some(trace()), Some(Some(trace()))));
}
