//! A message that names our reply subject without waiting.

use super::{super::no_responders::Moment, Pending};

/// A message that names our reply subject without waiting, on its way to the connection. Dropping it says that it has left.
#[derive(Debug)]
pub(super) struct OneWay<'a> {
    pub(super) pending: &'a Pending,
    pub(super) kind: &'static str,
    pub(super) registered: Moment,
    pub(super) never_left: bool,
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
