//! Golden vectors, end to end, faults.
