//! 18/EFE: endpoint filters, and who comes into them and leaves them. All of them are events: publish with
//! [`Bus::broadcast`](kaa_ism::Bus::broadcast), listen with [`listen`](crate::listen). Their subjects name the filter:
//! publishing fails if its id is no subject token (ISM-025). Who wants to know the present state asks by
//! [`efmp`](crate::efmp) (20/EFMP).
//!
//! ```
//! use kaa_endpoint::{Bus, Event as _, EventFilter, Fanout, SendError, efe::EndpointMatchedFilterEvent, listen};
//!
//! async fn matched(bus: impl Bus) -> Result<(), SendError> {
//!     bus.broadcast(EndpointMatchedFilterEvent::new("filter-1", "kettle", "kettle-v1", "ep-1")).await
//! }
//!
//! // Of one filter; with `EventFilter::any()` alone, of all.
//! let events = EventFilter::any().with_variables(EndpointMatchedFilterEvent::KIND, &["filter-1"])?;
//! let role = listen(events, Fanout::OneReplica, async |event: EndpointMatchedFilterEvent, _context| {
//!     println!("{} is in {}", event.endpoint_id, event.filter_id);
//!     Ok(())
//! });
//! # Ok::<(), kaa_endpoint::InvalidSubject>(())
//! ```

mod endpoint_filter_activated;
mod endpoint_filter_deleted;
mod endpoint_filter_pending;
mod endpoint_matched_filter;
mod endpoint_unmatched_filter;
#[cfg(test)]
mod tests;

pub use endpoint_filter_activated::EndpointFilterActivatedEvent;
pub use endpoint_filter_deleted::EndpointFilterDeletedEvent;
pub use endpoint_filter_pending::EndpointFilterPendingEvent;
pub use endpoint_matched_filter::EndpointMatchedFilterEvent;
pub use endpoint_unmatched_filter::EndpointUnmatchedFilterEvent;
