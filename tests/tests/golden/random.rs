//! Chance that is the same in every run, and what it does to bytes.

/// xorshift64*.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() >> 33).unwrap() % bound
    }

    pub(crate) fn pick<'t, T>(&mut self, items: &'t [T]) -> &'t T {
        &items[self.below(items.len())]
    }
}

/// A flip, an insertion, a cut, a wrong number, a repetition, or a part of `other`.
pub(crate) fn damage(input: &mut Vec<u8>, other: &[u8], random: &mut Random) {
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
    match random.below(8) {
        0 if at < input.len() => input[at] ^= 1 << random.below(8),
        1 if at < input.len() => input[at] = u8::try_from(random.below(256)).unwrap(),
        2 => input.insert(at, u8::try_from(random.below(256)).unwrap()),
        3 => drop(input.drain(at..end)),
        4 => input.truncate(at),
        5 => drop(input.splice(at..end, random.pick(&VARINTS).iter().copied())),
        6 => {
            let from = random.below(other.len() + 1);
            let to = (from + random.below(65)).min(other.len());
            drop(input.splice(at..end, other[from..to].iter().copied()));
        }
        _ => input.extend_from_within(at..end),
    }
}
