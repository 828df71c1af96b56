//! Accepting connections.

use std::{collections::HashSet, future::pending, io, sync::Arc, time::Duration};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};

/// The pause after an error of the listener; most often there is no file descriptor left.
const BACK_OFF: Duration = Duration::from_millis(100);

/// Accepts connections, a bounded number at once.
pub(super) struct Accept {
    listener: TcpListener,
    places: Arc<Semaphore>,
    /// The errors that the log has already.
    told: HashSet<(io::ErrorKind, Option<i32>)>,
}

impl Accept {
    pub(super) fn new(listener: TcpListener, at_once: usize) -> Self {
        let places = Semaphore::new(at_once.min(Semaphore::MAX_PERMITS));
        Self { listener, places: Arc::new(places), told: HashSet::new() }
    }

    /// The next connection, and its place: whoever drops the place lets another one in.
    pub(super) async fn next(&mut self) -> (TcpStream, OwnedSemaphorePermit) {
        let Ok(place) = Arc::clone(&self.places).acquire_owned().await else {
            // The semaphore is never closed.
            return pending().await;
        };
        loop {
            match self.listener.accept().await {
                Ok((stream, _)) => {
                    if let Err(error) = stream.set_nodelay(true) {
                        tracing::debug!(%error, "a connection without TCP_NODELAY");
                    }
                    return (stream, place);
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
