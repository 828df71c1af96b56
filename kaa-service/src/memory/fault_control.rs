//! Making things go wrong while a bus is in use.

use super::{FaultCounts, Faults, MemoryBus};
use crate::transport::Action;

/// Makes things go wrong on a [`MemoryBus`], from [`MemoryBus::faults`]. Connections are known by the names that they
/// have by [`MemoryBus::connect`].
#[derive(Clone, Debug)]
pub struct FaultControl {
    bus: MemoryBus,
}

impl FaultControl {
    pub(super) fn new(bus: &MemoryBus) -> Self {
        Self { bus: bus.clone() }
    }

    /// What happens at random from now on.
    pub fn set(&self, faults: Faults) {
        self.bus.registry().trouble.plan(faults);
    }

    /// Parts two connections: nothing that one sends gets to the other, and nobody is told.
    pub fn partition(&self, one: &str, other: &str) {
        self.partition_one_way(one, other);
        self.partition_one_way(other, one);
    }

    /// The same one way: what `from` sends does not get to `to`.
    pub fn partition_one_way(&self, from: &str, to: &str) {
        self.bus.registry().trouble.part(from, to);
    }

    /// Refuses a permission to a connection, for just this subject or filter. As with NATS it is told by
    /// [`Transport::refusals`](crate::Transport::refusals); what it publishes there is lost the first time, and an
    /// error from then on; a subscription that it makes from now on gets nothing.
    pub fn refuse(&self, connection: &str, action: Action) {
        self.bus.registry().trouble.refuse(connection, action);
    }

    /// Makes a connection slow: each of its subscribers loses what comes while `capacity` messages wait for it.
    pub fn slow(&self, connection: &str, capacity: usize) {
        self.bus.registry().trouble.slow(connection, capacity);
    }

    /// Loses a connection: it sends nothing, and to the others it is as if it did not listen.
    pub fn disconnect(&self, connection: &str) {
        self.bus.connect(connection).set_connected(false);
    }

    /// Restores a connection.
    pub fn reconnect(&self, connection: &str) {
        self.bus.connect(connection).set_connected(true);
    }

    /// Ends all faults, those at random too, and restores all connections. What is under way still arrives. A
    /// subscription that has been refused stays so.
    pub fn heal(&self) {
        let mut registry = self.bus.registry();
        registry.trouble.heal();
        registry.reconnect_all();
    }

    /// How many messages met a fault so far. What slow consumers lose is in
    /// [`Transport::dropped`](crate::Transport::dropped).
    #[must_use]
    pub fn counts(&self) -> FaultCounts {
        self.bus.registry().trouble.counts
    }
}
