//! What one client may take.

use std::time::Duration;

/// What one client may take from the others, and from the operator who wants to end the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// From the end of a request, or of the handshake, to the last byte of the next header. Default 10 s.
    pub header: Duration,
    /// From the header of a request to the last byte of its answer. Default 60 s.
    pub request: Duration,
    /// From the end of the server to the end of its last connection. Default 5 s.
    pub leave: Duration,
    /// Connections at once. Default 1024.
    ///
    /// When all are taken, the next client gets the place of the one that has kept us waiting longest, with its header or
    /// with reading its answer, and for 25 ms at least; and connections end with the answer that they get. Requests in work
    /// keep their places. One client is accepted and waits, others wait in the queue of the listener.
    pub connections: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header: Duration::from_secs(10),
            request: Duration::from_secs(60),
            leave: Duration::from_secs(5),
            connections: 1024,
        }
    }
}

impl Limits {
    /// With another time for a header.
    #[must_use]
    pub fn with_header(mut self, header: Duration) -> Self {
        self.header = header;
        self
    }

    /// With another time for a request.
    #[must_use]
    pub fn with_request(mut self, request: Duration) -> Self {
        self.request = request;
        self
    }

    /// With another time for the end.
    #[must_use]
    pub fn with_leave(mut self, leave: Duration) -> Self {
        self.leave = leave;
        self
    }

    /// With another number of connections. 0 serves none.
    #[must_use]
    pub fn with_connections(mut self, connections: usize) -> Self {
        self.connections = connections;
        self
    }
}
