//! The targets on their seeds, and on what is left of these when bytes are changed or cut off.

use super::*;

/// Each byte of a seed, changed in one of several ways.
fn mutations(seed: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..seed.len()).flat_map(|at| {
        [0x01, 0x20, 0x80, 0xff].map(|flipped| {
            let mut mutation = seed.to_vec();
            mutation[at] ^= flipped;
            mutation
        })
    })
}

#[test]
fn seeds_hold() {
    for (name, target) in TARGETS {
        let seeds = seeds::seeds(name).unwrap();
        assert!(seeds.len() > 5, "{name}: {} seeds", seeds.len());
        seeds.iter().for_each(|seed| target(seed));
    }
}

#[test]
fn changed_and_cut_seeds_hold() {
    for (name, target) in TARGETS {
        for seed in seeds::seeds(name).unwrap().iter().filter(|seed| seed.len() < 120).step_by(3) {
            (0..seed.len()).for_each(|end| target(&seed[..end]));
            mutations(seed).for_each(|mutation| target(&mutation));
        }
    }
}

#[test]
fn every_program_is_a_target() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz_targets");
    let mut programs: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    programs.sort();
    let mut names = TARGETS.map(|(name, _)| name);
    names.sort_unstable();
    assert_eq!(programs, names);
}
