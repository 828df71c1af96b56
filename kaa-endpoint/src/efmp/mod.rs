//! 20/EFMP: which endpoints are in which filters. [`FilterRepository`] with [`repository`] is the side that knows it,
//! [`Efmp::efmp`] the side that asks. Changes are told by the events of [`efe`](crate::efe) (18/EFE).
//!
//! ```
//! use std::collections::BTreeMap;
//!
//! use kaa_endpoint::{
//!     Bus, Context, InstanceName, RequestError, SendOptions, Status,
//!     efmp::{Efmp as _, EndpointFiltersRequest, EndpointListByFilterRequest, FilterRepository, repository},
//! };
//!
//! struct OneFilter;
//!
//! impl FilterRepository for OneFilter {
//!     async fn filters(&self, _: EndpointFiltersRequest, _: Context) -> Result<Vec<String>, Status> {
//!         Ok(vec!["all".to_owned()])
//!     }
//!
//!     async fn endpoints(
//!         &self,
//!         request: EndpointListByFilterRequest,
//!         _: Context,
//!     ) -> Result<BTreeMap<String, Vec<String>>, Status> {
//!         match request.filter_id.as_str() {
//!             "all" => Ok(BTreeMap::from([("kettle-v1".to_owned(), vec!["ep-1".to_owned()])])),
//!             _ => Err(Status::not_found("no such filter")),
//!         }
//!     }
//! }
//! let role = repository(OneFilter);
//!
//! async fn filters(bus: impl Bus, epr: InstanceName) -> Result<Vec<String>, RequestError> {
//!     bus.efmp(epr).filters("ep-1", SendOptions::default()).await
//! }
//! ```

mod client;
mod endpoint_filters_request;
mod endpoint_filters_response;
mod endpoint_list_by_filter_request;
mod endpoint_list_by_filter_response;
mod repository;
#[cfg(test)]
mod tests;

pub use client::{Efmp, EfmpHandle};
pub use endpoint_filters_request::EndpointFiltersRequest;
pub use endpoint_filters_response::EndpointFiltersResponse;
pub use endpoint_list_by_filter_request::EndpointListByFilterRequest;
pub use endpoint_list_by_filter_response::EndpointListByFilterResponse;
pub use repository::{FilterRepository, repository};
