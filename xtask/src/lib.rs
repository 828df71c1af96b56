//! Tasks of this repository; run them with `cargo xtask <task>`.
//!
//! The library holds what others share with the tasks: where the programs are that the end to end tests start, and what
//! the RFCs require.

pub mod requirements;
pub mod tools;
