//! Packet ids of messages to the client.

use std::collections::HashSet;

use super::codec::PacketId;

/// How many messages wait for acknowledgement at most. What exceeds it is not sent. Large, because the acknowledgements of a
/// client that sends much come behind what it sends: holding back there would wait for what is not read.
const WINDOW: usize = 16_384;

/// Messages that the client has not acknowledged. They are not sent again: no session outlasts its connection, and TCP
/// repeats what is lost within.
#[derive(Debug, Default)]
pub(super) struct Outbound {
    last: u16,
    waiting: HashSet<PacketId>,
}

impl Outbound {
    pub(super) fn has_room(&self) -> bool {
        self.waiting.len() < WINDOW
    }

    /// An id that is not in use. `None` only when there is no room.
    pub(super) fn next_id(&mut self) -> Option<PacketId> {
        if !self.has_room() {
            return None;
        }
        loop {
            self.last = self.last.wrapping_add(1);
            if let Some(id) = PacketId::new(self.last)
                && self.waiting.insert(id)
            {
                return Some(id);
            }
        }
    }

    /// PUBACK or PUBCOMP, or the message was not sent.
    pub(super) fn finished(&mut self, id: PacketId) {
        self.waiting.remove(&id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_1_to_65535_and_never_used_twice_at_once() {
        let mut outbound = Outbound::default();
        let first = outbound.next_id().unwrap();
        assert_eq!(first.get(), 1);
        for _ in 0..70_000 {
            let id = outbound.next_id().unwrap();
            assert_ne!(id, first);
            outbound.finished(id);
        }
    }

    #[test]
    fn the_window_is_bounded_and_an_acknowledgement_opens_it() {
        let mut outbound = Outbound::default();
        let ids: Vec<_> = std::iter::from_fn(|| outbound.next_id()).collect();
        assert_eq!(ids.len(), WINDOW);
        outbound.finished(ids[5]);
        assert!(outbound.has_room() && outbound.next_id().is_some() && outbound.next_id().is_none());
    }
}
