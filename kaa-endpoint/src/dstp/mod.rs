//! 13/DSTP: data samples on their way to whoever processes them.

mod data_samples_event;

pub use data_samples_event::DataSamplesEvent;
