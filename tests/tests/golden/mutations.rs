//! What a hostile peer can do: golden datums with random damage, the same ones in every run.
//!
//! Decoding takes at most [`PER_BYTE`] bytes of memory for each byte of input, and [`ONCE`] for small inputs; both for
//! what is held at one time and for the sum of all allocations. The factor is that of the worst message,
//! `TrafficReportEvent`, where eleven bytes of input make two nodes of a `BTreeMap`; damaged inputs stay far below.

use std::{collections::BTreeMap, thread};

use allocation_counter::AllocationInfo;
use bytes::Bytes;
use kaa_endpoint::{
    elce::{TrafficReportEvent, TrafficStat},
    tstp::{DataPoint, TimeSeriesEvent, Value},
};
use kaa_ism::{
    Message as _,
    avro::{Decode, DecodeError, decode, put_long},
};
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

/// Texts without anything in them: 24 bytes of memory for one byte of input.
#[test]
fn an_array_takes_at_most_twice_the_memory_of_its_items() {
    const ITEM: u64 = size_of::<String>() as u64;
    for items in [1_usize, 2, 100, 682, 683, 684, 1366, 1367, 5000, 100_000] {
        for block in [1, 2, 7, 1000, items] {
            let lens = (0..items).step_by(block).map(|from| block.min(items - from));
            let array = lens.flat_map(|len| [written(len), vec![0; len]].concat()).chain([0]).collect();
            let bound = 2 * ITEM * items as u64;
            let (read, memory) = measured::<Vec<String>>(&array);
            assert_eq!(read.unwrap().len(), items);
            assert!(memory.bytes_max <= bound, "{} bytes at once: {items} in blocks of {block}", memory.bytes_max);
            // Growing copies what was there.
            let bound = bound + bound / 2 + ITEM * 32;
            assert!(memory.bytes_total <= bound, "{} bytes in all: {items} in blocks of {block}", memory.bytes_total);
        }
    }
}

/// The rest of the input is claimed at every level.
#[test]
fn arrays_in_arrays_that_claim_more_than_there_is_take_little_memory() {
    for rest in [100, 1000, 10_000, 100_000] {
        let claim = written(rest / 2);
        // The last claim is met by texts, but not up to its end.
        let input = [claim.repeat(4), vec![0; rest]].concat();
        let (read, memory) = measured::<Vec<Vec<Vec<Vec<String>>>>>(&input.into());
        read.unwrap_err();
        let bound = ONCE + PER_BYTE * rest as u64;
        assert!(memory.bytes_max <= bound, "{} bytes at once, {rest} claimed", memory.bytes_max);
    }
}

/// A number as Avro writes it.
fn written(len: usize) -> Vec<u8> {
    let mut out = Vec::new();
    put_long(&mut out, len.try_into().unwrap());
    out
}

fn measured<T: for<'a> Decode<'a>>(input: &Bytes) -> (Result<T, DecodeError>, AllocationInfo) {
    let mut read = None;
    let memory = allocation_counter::measure(|| read = Some(decode("it", input)));
    (read.unwrap(), memory)
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
fn the_costliest_time_series_keeps_to_the_bound() {
    let points = (0..2000).map(|timestamp| DataPoint::new(timestamp, [("", Value::Null)]));
    let event = TimeSeriesEvent::new("", "", "", points).to_bytes();
    let entry = catalog().iter().find(|entry| entry.name == "TimeSeriesEvent").unwrap();
    within_bounds(entry, &event).unwrap();
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
