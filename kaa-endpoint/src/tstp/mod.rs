//! 14/TSTP: points of time series on their way to whoever processes them, and what became of them.

mod before_2024_11;
mod data_point;
#[cfg(test)]
mod tests;
mod time_series_event;
mod time_series_processed;
mod value;

pub use data_point::{DataPoint, DataPointRef};
pub use time_series_event::{TimeSeriesEvent, TimeSeriesEventRef};
pub use time_series_processed::TimeSeriesProcessed;
pub use value::{Value, ValueRef};
