//! Acknowledgements of the client's messages.

use std::{
    collections::{HashSet, VecDeque},
    future::poll_fn,
    task::Poll,
};

use futures::FutureExt as _;

use super::codec::PacketId;
use crate::core::Receipt;

/// How many acknowledgements may be due before nothing more is read.
const DUE: usize = 4_096;
/// How many QoS 2 messages a client may leave unreleased.
const UNRELEASED: usize = 4_096;

/// What is owed to the client for a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ack {
    /// PUBACK.
    Done(PacketId),
    /// PUBREC.
    Received(PacketId),
}

/// Acknowledgements in the order in which the messages came, as MQTT demands (3.1.1, section 4.6).
#[derive(Debug, Default)]
pub(super) struct Acks {
    due: VecDeque<(Ack, Receipt)>,
    /// QoS 2 messages that have not been released: they may come again.
    unreleased: HashSet<PacketId>,
}

impl Acks {
    /// Whether more messages may be taken.
    pub(super) fn has_room(&self) -> bool {
        self.due.len() < DUE
    }

    pub(super) fn owe(&mut self, ack: Ack, receipt: Receipt) {
        self.due.push_back((ack, receipt));
    }

    /// A QoS 2 message. Returns whether it is the first with this id; `None` if the client releases nothing.
    pub(super) fn receive(&mut self, id: PacketId) -> Option<bool> {
        let is_first = self.unreleased.insert(id);
        (self.unreleased.len() <= UNRELEASED).then_some(is_first)
    }

    pub(super) fn release(&mut self, id: PacketId) {
        self.unreleased.remove(&id);
    }

    /// The next acknowledgement, once it may be sent. Dropping the future loses nothing.
    pub(super) async fn next(&mut self) -> Ack {
        poll_fn(|cx| match self.due.front_mut() {
            None => Poll::Pending,
            Some((ack, receipt)) => receipt.poll_unpin(cx).map(|()| *ack),
        })
        .await
    }

    /// The acknowledgement that was ready has been sent.
    pub(super) fn sent(&mut self) {
        self.due.pop_front();
    }
}
