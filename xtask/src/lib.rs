//! Tasks of this repository; run them with `cargo xtask <task>`.
//!
//! The library holds what the end to end tests share with the tasks: where the programs are that they start.

pub mod tools;
