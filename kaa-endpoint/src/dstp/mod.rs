//! 13/DSTP: data samples on their way to whoever processes them, and what became of them.

mod data_samples_event;
mod data_samples_processed;
#[cfg(test)]
mod tests;

pub use data_samples_event::{DataSamplesEvent, DataSamplesEventRef};
pub use data_samples_processed::DataSamplesProcessed;
