//! 14/TSTP: points of time series on their way to whoever processes them, and what became of them. [`Tstp::tstp`] is
//! the side that transmits them, [`receiver`] makes the role of who processes them.
//!
//! ```
//! use kaa_endpoint::{
//!     Bus, Event as _, EventFilter, SendOptions, Status,
//!     tstp::{DataPoint, TimeSeriesEvent, Tstp as _, receiver},
//! };
//!
//! // Of one time series; with `EventFilter::any()` alone, of all.
//! let temperatures = EventFilter::any().with_variables(TimeSeriesEvent::KIND, &["temperature"])?;
//! let role = receiver(temperatures, async |event: TimeSeriesEvent, _context| {
//!     println!("{} points of {}", event.data_points.len(), event.endpoint_id);
//!     Ok(())
//! });
//!
//! // The other side, which knows that two receivers have to have them.
//! async fn hand_on(bus: impl Bus) -> Result<(), Status> {
//!     let point = DataPoint::new(1_700_000_000_000, [("value", 21.5)]);
//!     let event = TimeSeriesEvent::new("kettle-v1", "ep-1", "temperature", [point]);
//!     bus.tstp().transmit_reliably(event, 2, SendOptions::default()).await?.into_result()
//! }
//! # Ok::<(), kaa_endpoint::InvalidSubject>(())
//! ```

mod before_2024_11;
mod data_point;
mod receipt;
mod receiver;
#[cfg(test)]
mod tests;
mod time_series_event;
mod time_series_processed;
mod transmitter;
mod value;

pub use data_point::{DataPoint, DataPointRef};
pub use receipt::Receipt;
pub use receiver::receiver;
pub use time_series_event::{TimeSeriesEvent, TimeSeriesEventRef};
pub use time_series_processed::TimeSeriesProcessed;
pub use transmitter::{Tstp, TstpHandle};
pub use value::{Value, ValueRef};
