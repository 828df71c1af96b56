//! Accepting connections.

use std::{collections::HashSet, io, sync::Arc, time::Duration};

use tokio::net::{TcpListener, TcpStream};

use super::places::{Place, Places};

/// The pause after an error of the listener; most often there is no file descriptor left.
const BACK_OFF: Duration = Duration::from_millis(100);

/// Accepts connections, a bounded number at once.
pub(super) struct Accept {
    listener: TcpListener,
    places: Places,
    /// The errors that the log has already.
    told: HashSet<(io::ErrorKind, Option<i32>)>,
}

impl Accept {
    pub(super) fn new(listener: TcpListener, at_once: usize) -> Self {
        Self { listener, places: Places::new(at_once), told: HashSet::new() }
    }

    /// The next connection, and its place.
    pub(super) async fn next(&mut self) -> (TcpStream, Arc<Place>) {
        let stream = self.stream().await;
        (stream, self.places.take().await)
    }

    async fn stream(&mut self) -> TcpStream {
        loop {
            match self.listener.accept().await {
                Ok((stream, _)) => {
                    if let Err(error) = stream.set_nodelay(true) {
                        tracing::debug!(%error, "a connection without TCP_NODELAY");
                    }
                    return stream;
                }
                Err(error) if hung_up(&error) => {}
                Err(error) => {
                    if self.told.insert((error.kind(), error.raw_os_error())) {
                        tracing::error!(%error, "cannot accept HTTP connections; trying on, this is logged once");
                    }
                    tokio::time::sleep(BACK_OFF).await;
                }
            }
        }
    }
}

/// The client left before it was accepted; that says nothing about the listener.
fn hung_up(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset)
}
