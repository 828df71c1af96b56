//! The time of calls.
//!
//! One timer for all of them: a timer for each costs as much as sending the call, and nearly none ever fires.

use std::time::Duration;

use futures::future::OptionFuture;
use tokio::time::Instant;

use super::pending::{Outcome, Pending};

/// How often all waiting calls are looked at, at most; and so many times as long as a look takes.
const LOOKS_APART: Duration = Duration::from_millis(2);
const TIMES_A_LOOK: u32 = 10;

impl Pending {
    /// Ends the calls whose time is up, for as long as it is polled.
    pub(crate) async fn serve_deadlines(&self) {
        loop {
            let looked = Instant::now();
            let look_at = self.end_overdue(looked);
            let soonest = looked + apart(looked.elapsed());
            let time_is_up = OptionFuture::from(look_at.map(tokio::time::sleep_until));
            tokio::select! {
                Some(()) = time_is_up => {}
                () = self.sooner.notified() => {}
            }
            tokio::time::sleep_until(soonest).await;
        }
    }

    /// Says when to look again.
    fn end_overdue(&self, now: Instant) -> Option<Instant> {
        let mut state = self.state();
        let mut next: Option<Instant> = None;
        for call in state.calls() {
            if call.end > now {
                next = Some(next.map_or(call.end, |next| next.min(call.end)));
            } else if let Some(sender) = call.sender.take() {
                let _ = sender.send(Outcome::TimedOut);
                // What was answered by then is still taken, and nothing after it.
                call.answers = None;
            }
        }
        state.look_at = next;
        next
    }
}

/// How long after the beginning of a look that took so long the next one begins, at the soonest.
fn apart(took: Duration) -> Duration {
    LOOKS_APART.max(took * TIMES_A_LOOK)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use futures::future::join_all;
    use kaa_ism::{MessageKind, Subject};
    use uuid::Uuid;

    use super::{
        super::pending::{Entered, PendingCall},
        *,
    };

    /// Calls of a service that runs.
    fn served() -> Arc<Pending> {
        let pending = Arc::new(Pending::new(10_000));
        pending.serve(true);
        let served = pending.clone();
        tokio::spawn(async move { served.serve_deadlines().await });
        pending
    }

    /// A call that nobody answers.
    fn call(pending: &Arc<Pending>, end: Instant) -> PendingCall {
        let (kind, target) = (MessageKind::from_static("test.answer"), Subject::parse("x").unwrap());
        let id = Uuid::new_v4().to_string();
        match pending.enter(id.as_str().into(), kind, target, end, None, || Some(Ok(()))) {
            Ok(Entered::HandedOver(call)) => call,
            other => panic!("{other:?}"),
        }
    }

    /// When a call ends whose time is up at `end`.
    async fn ended(mut call: PendingCall, end: Instant) -> Instant {
        let outcome = tokio::time::timeout_at(end + Duration::from_secs(1), call.outcome()).await;
        assert!(matches!(outcome, Ok(Outcome::TimedOut)), "{outcome:?}");
        let now = Instant::now();
        assert!(end <= now && now <= end + LOOKS_APART, "{now:?} for {end:?}");
        now
    }

    /// Each instant is that of a look.
    fn assert_apart(mut instants: Vec<Instant>) {
        instants.sort_unstable();
        instants.dedup();
        assert!(instants.windows(2).all(|two| two[1] - two[0] >= LOOKS_APART), "{instants:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn calls_whose_times_are_near_end_by_few_looks() {
        let pending = served();
        let first = Instant::now() + Duration::from_millis(100);
        let ends = (0..1_000).map(|n| first + n * Duration::from_micros(5));
        let calls: Vec<_> = ends.map(|end| ended(call(&pending, end), end)).collect();
        assert_apart(join_all(calls).await);
    }

    #[tokio::test(start_paused = true)]
    async fn calls_that_begin_when_their_time_is_up_do_not_make_looks_more_frequent() {
        let pending = served();
        let calls = (0..20).map(|begin| {
            let pending = pending.clone();
            async move {
                tokio::time::sleep(Duration::from_millis(begin)).await;
                let end = Instant::now();
                ended(call(&pending, end), end).await
            }
        });
        assert_apart(join_all(calls).await);
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_begins_later_and_ends_before_all_others_ends_in_its_time() {
        let pending = served();
        let far = Instant::now() + Duration::from_secs(5);
        let others: Vec<_> = (0..3).map(|_| ended(call(&pending, far), far)).collect();
        tokio::time::sleep(Duration::from_secs(1)).await;
        let soon = Instant::now() + Duration::from_millis(10);
        ended(call(&pending, soon), soon).await;
        assert_eq!(pending.waiting(), 3);
        join_all(others).await;
        assert_eq!(pending.waiting(), 0);
    }

    #[test]
    fn looks_take_a_tenth_of_the_time_at_most() {
        for micros in [0, 1, 200, 201, 1_000, 50_000] {
            let took = Duration::from_micros(micros);
            assert!(apart(took) >= LOOKS_APART && apart(took) >= 10 * took);
            assert!(apart(took) == LOOKS_APART || took > LOOKS_APART / 10, "no more than has to be");
        }
    }
}
