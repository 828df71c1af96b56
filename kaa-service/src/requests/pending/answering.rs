//! Answers to the calls that wait.

use bytes::Bytes;
use tokio::sync::{mpsc::error::TrySendError, oneshot};

use super::{Outcome, Pending};

/// What becomes of an answer.
#[derive(Debug)]
pub(crate) enum Answered {
    Taken,
    /// The one whom to tell.
    Awaited(oneshot::Sender<Outcome>),
    /// Nobody waits for it, or not any more.
    Unknown,
    /// More than are kept for who takes them one by one.
    TooMany,
}

impl Pending {
    /// Finds the call that waits for an answer; it waits no more, unless there may be further ones.
    pub(crate) fn answer(&self, kind: &str, id: &str, body: &Bytes) -> Answered {
        let mut state = self.state();
        let now = state.next_moment();
        let Some(of_kind) = state.kinds.get_mut(kind) else { return Answered::Unknown };
        let Some((id, call)) = of_kind.calls.remove_entry(id.as_bytes()) else { return Answered::Unknown };
        let nobody = if call.is_again {
            // It may have reached nobody all the same: the notice about it is not about another call.
            of_kind.no_responders.abandoned(
                id.as_str(),
                call.target.clone(),
                call.registered,
                call.published.unwrap_or(now),
            );
            Vec::new()
        } else {
            of_kind.no_responders.answered(id.as_str())
        };
        let told = of_kind.tell_nobody_listens(nobody);
        if let Some(answers) = &call.answers {
            let taken = match answers.try_send(body.clone()) {
                Ok(()) => Answered::Taken,
                Err(TrySendError::Full(_)) => Answered::TooMany,
                Err(TrySendError::Closed(_)) => Answered::Unknown,
            };
            of_kind.calls.insert(id, call);
            state.waiting -= told;
            return taken;
        }
        state.waiting -= told + 1;
        call.sender.map_or(Answered::Unknown, Answered::Awaited)
    }
}
