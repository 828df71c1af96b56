//! What a hostile peer can do: golden datums with random damage, the same ones in every run.
//!
//! Decoding takes at most [`PER_BYTE`] bytes of memory for each byte of input, and [`ONCE`] for small inputs; both for what is
//! held at one time and for the sum of all allocations. The factor is that of the worst message, `TrafficReportEvent`, where
//! eleven bytes of input make two nodes of a `BTreeMap`; damaged inputs stay far below.

use std::collections::BTreeMap;

use bytes::Bytes;
use kaa_endpoint::elce::{TrafficReportEvent, TrafficStat};
use kaa_ism::Message as _;

use crate::{
    golden::{Golden, all},
    vectors::Vectors,
};

const INPUTS: usize = 200_000;
const PER_BYTE: u64 = 128;
const ONCE: u64 = 4096;

#[test]
fn damaged_input_never_panics_and_takes_little_memory() {
    let goldens: Vec<(Golden, Vec<Bytes>)> = all()
        .into_iter()
        .map(|golden| {
            let vectors = Vectors::load(golden.file).vectors.into_iter();
            // Long ones only slow the run down: their bytes are payload.
            let seeds = vectors.map(|vector| vector.bytes).filter(|bytes| bytes.len() <= 1300).collect();
            (golden, seeds)
        })
        .collect();
    let mut random = Random(0x4b61_6131_2e78_0001);
    let (mut accepted, mut refused) = (0, 0);
    for _ in 0..INPUTS {
        let (owner, seeds) = random.pick(&goldens);
        let mut input = random.pick(seeds).to_vec();
        for _ in 0..=random.below(3) {
            damage(&mut input, &mut random);
        }
        let reader = if random.below(8) == 0 { &random.pick(&goldens).0 } else { owner };
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
    let goldens = all();
    let golden = goldens.iter().find(|golden| golden.name == "TrafficReportEvent").unwrap();
    within_bounds(golden, &report).unwrap();
}

#[test]
fn a_claimed_size_takes_no_memory() {
    for golden in all() {
        // 2^62 of whatever comes first
        let claim = Bytes::from_static(&[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01, 0x00, 0x00]);
        within_bounds(&golden, &claim).unwrap_err();
    }
}

/// Decodes `input` within the bounds; what is accepted is the same message after encoding and decoding it.
fn within_bounds(golden: &Golden, input: &Bytes) -> Result<(), ()> {
    let mut result = Ok(());
    let memory = allocation_counter::measure(|| result = (golden.check)(input).map_err(drop));
    let bound = ONCE + PER_BYTE * input.len() as u64;
    assert!(memory.bytes_max <= bound, "{} bytes at once, {}: {input:?}", memory.bytes_max, golden.name);
    assert!(memory.bytes_total <= bound, "{} bytes in all, {}: {input:?}", memory.bytes_total, golden.name);
    if result.is_ok() {
        let encoded = (golden.recode)(input).unwrap();
        assert!((golden.equal)(&encoded, input), "{}: {input:?}", golden.name);
    }
    result
}

fn damage(input: &mut Vec<u8>, random: &mut Random) {
    const VARINTS: [&[u8]; 8] = [
        &[0x00],
        &[0x01],
        &[0x7f],
        &[0x80],
        &[0x80, 0x80, 0x80, 0x80, 0x10],
        &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
        &[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
        &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    ];
    let at = random.below(input.len() + 1);
    let end = (at + random.below(9)).min(input.len());
    match random.below(7) {
        0 if at < input.len() => input[at] ^= 1 << random.below(8),
        1 if at < input.len() => input[at] = u8::try_from(random.below(256)).unwrap(),
        2 => input.insert(at, u8::try_from(random.below(256)).unwrap()),
        3 => drop(input.drain(at..end)),
        4 => input.truncate(at),
        5 => drop(input.splice(at..end, random.pick(&VARINTS).iter().copied())),
        _ => input.extend_from_within(at..end),
    }
}

/// xorshift64*: the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(high).unwrap() % bound
    }

    fn pick<'t, T>(&mut self, items: &'t [T]) -> &'t T {
        &items[self.below(items.len())]
    }
}
