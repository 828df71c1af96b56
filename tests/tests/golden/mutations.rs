//! What a hostile peer can do: golden datums with random damage, the same ones in every run.
//!
//! Decoding takes at most [`PER_BYTE`] bytes of memory for each byte of input, and [`ONCE`] for small inputs; both for
//! what is held at one time and for the sum of all allocations. The factor is that of the worst message,
//! `TrafficReportEvent`, where eleven bytes of input make two nodes of a `BTreeMap`; damaged inputs stay far below.

use std::{collections::BTreeMap, thread};

use bytes::Bytes;
use kaa_endpoint::elce::{TrafficReportEvent, TrafficStat};
use kaa_ism::Message as _;
use kaa_tests::catalog::{Entry, catalog, find};

use crate::{
    random::{Random, damage},
    vectors::all,
};

/// By each of the threads.
const INPUTS: usize = 500_000;
const SEEDS: [u64; 2] = [0x4b61_6131_2e78_0001, 0x4b61_6131_2e78_0003];
const PER_BYTE: u64 = 128;
const ONCE: u64 = 4096;

#[test]
fn damaged_input_never_panics_and_takes_little_memory() {
    let goldens: Vec<(&Entry, Vec<Bytes>)> = all()
        .into_iter()
        .map(|vectors| {
            // Long ones only slow the run down: their bytes are payload.
            let rows = vectors.rows.into_iter().map(|row| row.bytes).filter(|bytes| bytes.len() <= 1300);
            (vectors.entry, rows.collect())
        })
        .collect();
    thread::scope(|scope| {
        for seed in SEEDS {
            let goldens = &goldens;
            scope.spawn(move || damaged(goldens, &mut Random::new(seed)));
        }
    });
}

fn damaged(goldens: &[(&Entry, Vec<Bytes>)], random: &mut Random) {
    let (mut accepted, mut refused) = (0, 0);
    for _ in 0..INPUTS {
        let (owner, datums) = random.pick(goldens);
        let mut input = random.pick(datums).to_vec();
        let (other, others) = random.pick(goldens);
        let spliced = random.pick(others);
        for _ in 0..=random.below(3) {
            damage(&mut input, spliced, random);
        }
        let reader = if random.below(8) == 0 { other } else { owner };
        match within_bounds(reader, &input.into()) {
            Ok(()) => accepted += 1,
            Err(()) => refused += 1,
        }
    }
    // Otherwise the run has not tried what it is for.
    assert!(accepted > INPUTS / 20 && refused > INPUTS / 4, "{accepted} accepted, {refused} refused");
}

/// The input that costs the most memory for its length.
#[test]
fn the_costliest_report_keeps_to_the_bound() {
    let endpoints = BTreeMap::from([(String::new(), TrafficStat::default())]);
    let applications = BTreeMap::from([(String::new(), endpoints)]);
    let tenants = (0..2000_u32).map(|tenant| (format!("{tenant:x}"), applications.clone()));
    let report = TrafficReportEvent::new(tenants, 0, 0).to_bytes();
    within_bounds(find("0009-ep-traffic-stats").unwrap(), &report).unwrap();
}

#[test]
fn a_claimed_size_takes_no_memory() {
    for entry in catalog() {
        // 2^62 of whatever comes first
        let claim = Bytes::from_static(&[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01, 0x00, 0x00]);
        within_bounds(entry, &claim).unwrap_err();
    }
}

/// Decodes `input` within the bounds; what is accepted is the same message after encoding and decoding it.
fn within_bounds(entry: &Entry, input: &Bytes) -> Result<(), ()> {
    let mut result = Ok(());
    let memory = allocation_counter::measure(|| result = (entry.check)(input).map_err(drop));
    let bound = ONCE + PER_BYTE * input.len() as u64;
    assert!(memory.bytes_max <= bound, "{} bytes at once, {}: {input:?}", memory.bytes_max, entry.name);
    assert!(memory.bytes_total <= bound, "{} bytes in all, {}: {input:?}", memory.bytes_total, entry.name);
    if result.is_ok() {
        let encoded = (entry.recode)(input).unwrap();
        assert_eq!((entry.recode)(&encoded).unwrap(), encoded, "{}: {input:?}", entry.name);
    }
    result
}
