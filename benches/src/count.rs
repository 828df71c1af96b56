//! Counts the allocations of every operation of the codec benchmark. [`kaa-bench`](../kaa_bench) runs it and reads what it
//! prints: payload, operation, allocations and bytes of one operation.
#![allow(clippy::expect_used, reason = "a benchmark that cannot run has nothing to report")]

mod candidates;

use crate::candidates::{Candidate, NAMES, PAYLOADS, client_data};

fn main() {
    for payload in PAYLOADS {
        client_data(payload, |candidates| {
            for (name, candidate) in NAMES.into_iter().zip(candidates) {
                let (allocations, bytes) = count(candidate);
                println!("{payload} {name} {allocations} {bytes}");
            }
        });
    }
}

/// Of one operation, and not the first: that one may fill a buffer for all others.
fn count(mut candidate: Candidate<'_>) -> (u64, u64) {
    candidate.run(1);
    let info = allocation_counter::measure(|| candidate.run(1));
    (info.count_total, info.bytes_total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_operation_is_counted_and_not_the_first() {
        assert_eq!(count(Candidate::new(|| Vec::<u8>::with_capacity(100))), (1, 100));
        let mut reused = Vec::new();
        let candidate = Candidate::new(|| {
            reused.clear();
            reused.extend_from_slice(&[0; 100]);
        });
        assert_eq!(count(candidate), (0, 0));
    }
}
