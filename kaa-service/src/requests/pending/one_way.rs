//! A message that names our reply subject without waiting.

use std::future::Future;

use kaa_ism::{MessageKind, Subject};

use super::{super::no_responders::Moment, Pending, Sent, never_left};

impl Pending {
    /// Hands a message to the connection that names our reply subject without waiting; `later` if it is busy.
    pub(crate) async fn one_way<F: Future<Output = Sent>>(
        &self,
        answer: MessageKind,
        target: Subject,
        hand_over: impl FnOnce() -> Option<Sent>,
        later: impl FnOnce() -> F,
    ) -> Sent {
        let mut one_way = {
            let _step = self.step();
            let kind = answer.as_str();
            let (registered, published) = {
                let mut state = self.state();
                (state.next_moment(), state.next_moment())
            };
            let sent = hand_over();
            let mut state = self.state();
            let no_responders = &mut state.kinds.of(kind).no_responders;
            if let Some(sent) = sent {
                if !never_left(&sent) {
                    no_responders.silent(target, registered, published);
                }
                return sent;
            }
            no_responders.leaving(target, registered);
            OneWay { pending: self, kind, registered, never_left: false }
        };
        let sent = later().await;
        one_way.never_left = never_left(&sent);
        sent
    }
}

/// A message that names our reply subject without waiting, on its way to the connection. Dropping it says that it has left.
#[derive(Debug)]
struct OneWay<'a> {
    pending: &'a Pending,
    kind: &'static str,
    registered: Moment,
    never_left: bool,
}

impl Drop for OneWay<'_> {
    fn drop(&mut self) {
        let mut state = self.pending.state();
        let now = state.next_moment();
        if let Some(of_kind) = state.kinds.get_mut(self.kind) {
            of_kind.no_responders.left(self.registered, (!self.never_left).then_some(now));
        }
    }
}
