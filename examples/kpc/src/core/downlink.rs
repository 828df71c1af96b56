//! What goes to a client.

use std::fmt;

use bytes::Bytes;

/// How surely a message has to arrive: the MQTT qualities of service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(clippy::enum_variant_names, reason = "these are the names of MQTT")]
pub(crate) enum Quality {
    AtMostOnce,
    AtLeastOnce,
    ExactlyOnce,
}

/// A message to a client.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Downlink {
    /// The response topic. It contains the endpoint token: never to be logged.
    pub(crate) topic: String,
    pub(crate) payload: Bytes,
    pub(crate) quality: Quality,
}

impl fmt::Debug for Downlink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Downlink").field("quality", &self.quality).finish_non_exhaustive()
    }
}

/// Where the core leaves messages that a client did not ask for on its connection just now. Never waits.
///
/// A client that is slower than its pushes loses them one by one, and every loss is counted: the extension has kept what
/// must not be lost and sends it again when the endpoint connects. Clients that take nothing at all are disconnected by
/// their transport.
pub(crate) trait Outlet: Send + Sync + 'static {
    fn deliver(&self, downlink: Downlink) -> Result<(), Undelivered>;
}

/// Why an [`Outlet`] did not take a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Undelivered {
    /// Too many messages wait for this client.
    Full,
    /// The connection is ending.
    Closed,
}
