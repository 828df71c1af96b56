//! How calls end that nobody answers: the connection is lost, the bus refuses them, or whoever waits gives up.
//! Those whose time is up end in `deadlines`.

use std::{collections::hash_map::Entry, future::Future, pin::pin};

use futures::FutureExt as _;
use kaa_ism::Subject;
use tokio::time::Instant;

use super::{Fence, Outcome, Pending, PendingCall, Sent, state::Kind};

impl Pending {
    /// The connection was lost: no answer will come. `send` hands a fence to the connection, which may keep it until it is
    /// back.
    pub(crate) fn disconnected<F: Future<Output = Sent>>(&self, at: Instant, send: impl Fn(Fence) -> F) {
        let _step = self.step();
        let mut state = self.state();
        let now = state.next_moment();
        for (kind, Kind { calls, no_responders, .. }) in &mut state.kinds.0 {
            no_responders.disconnected(now, at);
            for (_, call) in calls.drain() {
                call.tell(Outcome::Disconnected);
            }
            let sending = pin!(send(Fence { kind, began: now }));
            match sending.now_or_never() {
                Some(Ok(())) => no_responders.fence_sent(now, Some(now)),
                Some(Err(_)) => no_responders.forget(),
                // What is queued leaves some time: the next notices are not clear.
                None => no_responders.fence_sent(now, None),
            }
        }
        state.waiting = 0;
    }

    /// The bus does not let us publish to `target`: the calls there end.
    pub(crate) fn refused(&self, target: &Subject) {
        let mut state = self.state();
        let mut ended = 0;
        for (_, of_kind) in &mut state.kinds.0 {
            let refused: Vec<_> = of_kind.calls.extract_if(|_, call| call.target == *target).collect();
            ended += refused.len();
            for (id, call) in refused {
                // No notice comes of it: the bus has not looked who listens.
                let nobody = of_kind.no_responders.answered(id.as_str());
                ended += of_kind.tell_nobody_listens(nobody);
                call.tell(Outcome::NotAllowed(target.clone()));
            }
        }
        state.waiting -= ended;
    }

    /// Whoever waits for it does not any more.
    pub(super) fn give_up(&self, gone: &PendingCall) {
        let mut state = self.state();
        let now = state.next_moment();
        let Some(of_kind) = state.kinds.get_mut(gone.kind) else { return };
        // Once it has ended, another call may wait with the same id.
        let Entry::Occupied(call) = of_kind.calls.entry(gone.id.clone()) else { return };
        if call.get().registered != gone.registered {
            return;
        }
        let call = call.remove();
        let nobody = if gone.never_left {
            of_kind.no_responders.answered(gone.id.as_str())
        } else {
            of_kind.given_up.note(gone.id.as_bytes());
            of_kind.no_responders.abandoned(
                gone.id.as_str(),
                call.target,
                call.registered,
                call.published.unwrap_or(now),
            );
            Vec::new()
        };
        let told = of_kind.tell_nobody_listens(nobody);
        state.waiting -= told + 1;
    }
}
