//! 18/EFE: endpoint filters, and who comes into them and leaves them. All of them are events; listen with
//! [`kaa_ism::listen`]. Their subjects name the filter: publishing fails if its id is no subject token (ISM-025).

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
