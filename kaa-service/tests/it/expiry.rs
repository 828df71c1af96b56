//! Expired messages.

use std::time::Duration;

use kaa_ism::{Clock as _, Timestamp};
use kaa_proves::proves;

use crate::support::*;

/// What becomes of a message that is this old on arrival.
async fn outcome_of(timestamp: i64, timeout: i64, skew_ms: u64) -> String {
    let world = World::new().await;
    let skew = Duration::from_millis(skew_ms);
    let ext = world.service("ext").with_clock_skew(skew).serve(scripted()).start().await.unwrap();
    let mut data = expiring("/ok", timeout);
    data.timestamp = timestamp;
    world.send(data).await;
    let handle = ext.handle();
    ext.shutdown().await;
    outcomes(&handle)
}

#[proves("ISM-010", "ESP-026")]
#[tokio::test(start_paused = true)]
async fn expired_on_arrival_is_counted_and_not_handled() {
    assert_eq!(outcome_of(T0 - 2_000, 1_000, 0).await, "expired 1");
    assert_eq!(outcome_of(T0 - 500, 1_000, 0).await, "handled 1");
}

// D-21
#[proves("ISM-010")]
#[tokio::test(start_paused = true)]
async fn exactly_at_the_boundary_a_message_is_valid() {
    assert_eq!(outcome_of(T0 - 1_000, 1_000, 0).await, "handled 1");
    assert_eq!(outcome_of(T0 - 1_001, 1_000, 0).await, "expired 1");
}

// D-21
#[proves("ISM-009")]
#[tokio::test(start_paused = true)]
async fn timeouts_of_zero_and_below_never_expire() {
    for timeout in [0, -1, i64::MIN] {
        assert_eq!(outcome_of(0, timeout, 0).await, "handled 1");
    }
}

#[proves("ISM-010")]
#[tokio::test(start_paused = true)]
async fn sums_beyond_the_range_do_not_overflow() {
    assert_eq!(outcome_of(i64::MAX, i64::MAX, u64::MAX).await, "handled 1");
    assert_eq!(outcome_of(T0, i64::MAX, 0).await, "handled 1");
    assert_eq!(outcome_of(i64::MIN, 1, 0).await, "expired 1");
}

#[tokio::test(start_paused = true)]
async fn a_tolerance_for_clock_skew_is_added_to_the_deadline() {
    assert_eq!(outcome_of(T0 - 1_500, 1_000, 500).await, "handled 1");
    assert_eq!(outcome_of(T0 - 1_501, 1_000, 500).await, "expired 1");
}

#[tokio::test(start_paused = true)]
async fn a_message_from_the_future_is_handled() {
    assert_eq!(outcome_of(T0 + 3_600_000, 1_000, 0).await, "handled 1");
}

#[proves("ISM-010")]
#[tokio::test(start_paused = true)]
async fn what_expires_while_it_waits_is_counted_and_not_handled() {
    let mut world = World::new().await;
    let (role, mut gate) = gated();
    let ext = world.serve(role).await;
    world.send(request("/first")).await;
    world.send(expiring("/stale", 1_000)).await;
    world.send(expiring("/at the boundary", 1_010)).await;
    world.send(request("/last")).await;
    assert_eq!(gate.all_begun().await, ["/first"]);
    world.clock.set(Timestamp(T0 + 1_010));
    gate.let_go(3);
    assert_eq!(world.answer().await.resource_path, "/first");
    assert_eq!(world.answer().await.resource_path, "/at the boundary");
    assert_eq!(world.answer().await.resource_path, "/last");
    assert_eq!(gate.all_begun().await, ["/at the boundary", "/last"]);
    assert_eq!(outcomes(&ext.handle()), "handled 3, expired 1");
    assert!(world.clock.now() > Timestamp(T0 + 1_000));
}

#[tokio::test(start_paused = true)]
async fn expired_messages_are_not_answered() {
    let mut world = World::new().await;
    let ext = world.serve(scripted()).await;
    world.clock.advance(Duration::from_secs(10));
    world.send(expiring("/refuse", 1_000)).await;
    let handle = ext.handle();
    ext.shutdown().await;
    assert!(world.answers().is_empty());
    assert_eq!((outcomes(&handle), answers(&handle)), ("expired 1".into(), String::new()));
}
