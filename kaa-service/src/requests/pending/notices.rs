//! No-responders notices about the calls that wait, and the fences that follow them.

use std::future::Future;

use futures::FutureExt as _;
use kaa_ism::Subject;
use tokio::time::Instant;

use super::{
    super::no_responders::{Moment, Waiting},
    Pending, Sent,
    state::{Call, Kind},
};

/// A fence that has to be published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fence {
    pub(crate) kind: &'static str,
    pub(crate) began: Moment,
}

impl Pending {
    /// Notes a no-responders notice, and publishes a fence if one is needed.
    pub(crate) async fn notice<F: Future<Output = Sent>>(
        &self,
        kind: &str,
        target: Option<Subject>,
        at: Instant,
        send: impl FnOnce(Fence) -> F,
    ) {
        let (fence, sending) = {
            let _step = self.step();
            let Some(fence) = self.state().noticed(kind, target, at) else { return };
            let mut sending = Box::pin(send(fence));
            if let Some(sent) = sending.as_mut().now_or_never() {
                return self.state().fence_sent(fence, &sent);
            }
            (fence, sending)
        };
        let sent = sending.await;
        self.state().fence_sent(fence, &sent);
    }

    /// A fence came back.
    pub(crate) fn fence_returned(&self, kind: &str, began: Moment) {
        let mut state = self.state();
        let Some(Kind { calls, no_responders, .. }) = state.kinds.get_mut(kind) else { return };
        let waiting = calls.iter().map(|(id, call)| {
            let Call { target, registered, published, .. } = call;
            Waiting { id: id.as_str(), target, registered: *registered, published: *published }
        });
        let nobody = no_responders.fence_returned(began, waiting);
        let told = state.kinds.get_mut(kind).map_or(0, |of_kind| of_kind.tell_nobody_listens(nobody));
        state.waiting -= told;
    }
}
