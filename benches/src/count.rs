//! Counts allocations: of every operation of the codec benchmark, or, with the URL of a nats-server, of handling a
//! message. [`kaa-bench`](../kaa_bench) runs it and reads what it prints: case, operation, allocations and bytes of one
//! operation.
#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a benchmark that cannot run has nothing to report")]

mod candidates;
mod counted;

use std::{env, fmt::Display};

use crate::candidates::{Candidate, client_data, messages, time_series};

fn main() {
    if let Some(url) = env::args().nth(1) {
        return counted::count(&url, print_line);
    }
    client_data(&mut print);
    time_series(&mut print);
    messages(&mut print);
}

fn print(case: &str, candidates: Vec<Candidate<'_>>) {
    for mut candidate in candidates {
        let (allocations, bytes) = count(&mut candidate);
        print_line(case, candidate.name, allocations, bytes);
    }
}

fn print_line(case: &str, operation: &str, allocations: impl Display, bytes: impl Display) {
    println!("{case} {operation} {allocations} {bytes}");
}

/// Of one operation, and not the first: that one may fill a buffer for all others.
fn count(candidate: &mut Candidate<'_>) -> (u64, u64) {
    candidate.run(1);
    let info = allocation_counter::measure(|| candidate.run(1));
    (info.count_total, info.bytes_total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_operation_is_counted_and_not_the_first() {
        assert_eq!(count(&mut Candidate::new("fresh", || Vec::<u8>::with_capacity(100))), (1, 100));
        let mut reused = Vec::new();
        let mut candidate = Candidate::encoder("encode", &mut reused, |out| out.extend_from_slice(&[0; 100]));
        assert_eq!(count(&mut candidate), (0, 0));
    }
}
