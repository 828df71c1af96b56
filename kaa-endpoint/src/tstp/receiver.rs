//! The role that processes data points.

use kaa_ism::{EventFilter, EventListener, Fanout, Role, acknowledge};

use super::TimeSeriesEvent;

/// The role of `receiver`, to be served by a runtime: it processes the points of the transmitters, and the time series,
/// that the filter names. Each event is handled by one replica. If the transmitter asks, it is told what became of the
/// event: 200, or the [`Status`](kaa_ism::Status) that the receiver returns (TSTP-007); a panic is told as 500, an
/// event that outlasts its deadline as 504.
///
/// Return `Ok` when the points are safe. Events of one endpoint are handled in order of arrival, others concurrently.
/// They are broadcast at most once.
pub fn receiver(events: impl Into<EventFilter>, receiver: impl EventListener<TimeSeriesEvent>) -> impl Role {
    acknowledge(events, Fanout::OneReplica, receiver)
}
