//! 20/EFMP: which endpoints are in which filters.

mod endpoint_filters_request;
mod endpoint_filters_response;
mod endpoint_list_by_filter_request;
mod endpoint_list_by_filter_response;
#[cfg(test)]
mod tests;

pub use endpoint_filters_request::EndpointFiltersRequest;
pub use endpoint_filters_response::EndpointFiltersResponse;
pub use endpoint_list_by_filter_request::EndpointListByFilterRequest;
pub use endpoint_list_by_filter_response::EndpointListByFilterResponse;
