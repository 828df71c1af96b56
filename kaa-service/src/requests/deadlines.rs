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
            let soonest = looked + LOOKS_APART.max(looked.elapsed() * TIMES_A_LOOK);
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
        state.look_at = next.map(|next| next.max(now + LOOKS_APART));
        state.look_at
    }
}
