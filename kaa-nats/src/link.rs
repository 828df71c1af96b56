//! What is known about the connection.

use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use async_nats::{Client, Statistics, connection::State};
use kaa_service::transport::Connection;
use tokio::sync::watch;

/// Whether there is a connection, and how often it has been lost. The client tells it by events, but drops them while too
/// many others wait; so it is also looked at. The client counts its connections, and each is lost once at most: thus no loss
/// counts twice, in whatever order it is told and seen.
#[derive(Debug, Default)]
pub(crate) struct Link {
    connection: watch::Sender<Connection>,
    /// The same without a lock: it is looked at for every message.
    is_up: AtomicBool,
    /// Those of the client. Not the client: it would keep itself alive.
    statistics: OnceLock<Arc<Statistics>>,
    /// How many losses events have told.
    told: AtomicU64,
    /// Nothing comes after this, and the client need not say so otherwise.
    is_closed: AtomicBool,
}

impl Link {
    pub(crate) fn subscribe(&self) -> watch::Receiver<Connection> {
        self.connection.subscribe()
    }

    pub(crate) fn current(&self) -> Connection {
        *self.connection.borrow()
    }

    pub(crate) fn is_up(&self) -> bool {
        self.is_up.load(Ordering::Relaxed)
    }

    /// An event tells that there is a connection. Before the first look at the client it says nothing new.
    pub(crate) fn told_up(&self) {
        if let Some(statistics) = self.statistics.get() {
            self.update(|before| up(before, statistics.connects.load(Ordering::Relaxed)));
        }
    }

    /// An event tells that the connection is lost.
    pub(crate) fn told_lost(&self) {
        self.update(|before| lost(before, self.told.fetch_add(1, Ordering::Relaxed).saturating_add(1)));
    }

    /// An event tells that there will be no connection any more.
    pub(crate) fn told_closed(&self) {
        self.update(|before| {
            self.is_closed.store(true, Ordering::Relaxed);
            noted(before, false)
        });
    }

    /// Looks at the client.
    pub(crate) fn look(&self, client: &Client) {
        let statistics = self.statistics.get_or_init(|| client.statistics());
        self.update(|before| {
            if self.is_closed.load(Ordering::Relaxed) {
                return before;
            }
            // In this order: a connection is counted after the loss of the one before has become the state.
            let connects = statistics.connects.load(Ordering::Relaxed);
            seen(before, client.connection_state() == State::Connected, connects)
        });
    }

    /// One at a time.
    fn update(&self, update: impl FnOnce(Connection) -> Connection) {
        self.connection.send_if_modified(|connection| {
            let before = std::mem::replace(connection, update(*connection));
            self.is_up.store(connection.up, Ordering::Relaxed);
            *connection != before
        });
    }
}

/// There is a connection, and it is that of this number, or was. All before it are lost. If it is lost as well, this is late.
fn up(before: Connection, connects: u64) -> Connection {
    if connects > before.losses { Connection { up: true, losses: connects.saturating_sub(1) } } else { before }
}

/// The loss of this number is told, or a later one if some were not. It may have been seen before.
fn lost(before: Connection, told: u64) -> Connection {
    if told > before.losses { Connection { up: false, losses: told } } else { before }
}

/// What the client says when it is looked at, with the number of its connections. What it says wins.
fn seen(before: Connection, up: bool, connects: u64) -> Connection {
    let now = noted(before, up);
    // The newest may still be there.
    Connection { losses: now.losses.max(connects.saturating_sub(1)), ..now }
}

fn noted(mut connection: Connection, up: bool) -> Connection {
    connection.note(up);
    connection
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn there(losses: u64) -> Connection {
        Connection { up: true, losses }
    }

    const fn away(losses: u64) -> Connection {
        Connection { up: false, losses }
    }

    #[test]
    fn what_no_event_has_told_is_seen() {
        assert_eq!(seen(Connection::default(), true, 1), there(0));
        assert_eq!(seen(there(0), true, 1), there(0));
        assert_eq!(seen(there(0), false, 1), away(1));
        assert_eq!(seen(away(1), false, 1), away(1));
        assert_eq!(seen(away(1), true, 2), there(1));
        // It has been away in between, once or more often.
        assert_eq!(seen(there(1), true, 3), there(2));
        assert_eq!(seen(there(2), true, 6), there(5));
        assert_eq!(seen(away(1), true, 4), there(3));
    }

    #[test]
    fn a_connection_is_counted_before_it_is_the_state() {
        assert_eq!(seen(there(0), false, 2), away(1));
        assert_eq!(seen(away(1), false, 2), away(1));
        assert_eq!(seen(away(1), true, 2), there(1));
    }

    #[test]
    fn a_loss_that_was_seen_does_not_count_again_when_it_is_told() {
        let back = seen(there(0), true, 2);
        assert_eq!(lost(back, 1), there(1));
        assert_eq!(up(back, 2), there(1));
        // The next one is new.
        assert_eq!(lost(back, 2), away(2));
        assert_eq!(lost(seen(there(0), false, 1), 1), away(1));
    }

    #[test]
    fn a_loss_that_was_told_does_not_count_again_when_it_is_seen() {
        let away_now = lost(there(0), 1);
        assert_eq!(away_now, away(1));
        assert_eq!(seen(away_now, false, 1), away(1));
        assert_eq!(seen(up(away_now, 2), true, 2), there(1));
    }

    #[test]
    fn a_connection_that_is_told_after_its_loss_is_not_there() {
        assert_eq!(up(away(2), 2), away(2));
        assert_eq!(up(away(2), 3), there(2));
    }

    #[test]
    fn events_are_taken_without_a_look_except_the_first() {
        let link = Link::default();
        link.told_up();
        assert_eq!(link.current(), Connection::default());
        let statistics = link.statistics.get_or_init(Arc::default);
        statistics.connects.store(1, Ordering::Relaxed);
        link.told_up();
        assert!(link.is_up() && link.current() == there(0));
        link.told_lost();
        assert!(!link.is_up() && link.current() == away(1));
        statistics.connects.store(2, Ordering::Relaxed);
        link.told_up();
        assert!(link.is_up() && link.current() == there(1));
        link.told_closed();
        assert!(!link.is_up() && link.current() == away(2));
    }
}
