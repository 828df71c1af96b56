//! Benchmarks of kaa-rs.
