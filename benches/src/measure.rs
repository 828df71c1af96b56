//! The time of one operation.

use std::{
    collections::BTreeMap,
    hint::black_box,
    time::{Duration, Instant},
};

use crate::candidates::Candidate;

const ROUNDS: usize = 60;
const TURN: Duration = Duration::from_millis(5);

/// Nanoseconds of one operation of each candidate, the median of many turns. They take turns, so that what else the machine
/// does hits all of them alike.
pub(crate) fn in_turns(mut candidates: Vec<Candidate<'_>>) -> BTreeMap<&'static str, f64> {
    let times: Vec<u32> = candidates.iter_mut().map(calibrate).collect();
    let mut nanos = vec![Vec::new(); candidates.len()];
    for round in 0..ROUNDS {
        let mut turns: Vec<_> = candidates.iter_mut().zip(&times).zip(&mut nanos).collect();
        let first = round % turns.len();
        turns.rotate_left(first);
        for ((candidate, &times), nanos) in turns {
            nanos.push(time(candidate, times).as_secs_f64() * 1e9 / f64::from(times));
        }
    }
    candidates.iter().zip(nanos).map(|(candidate, nanos)| (candidate.name, median(nanos))).collect()
}

/// Keeps this thread on one core, if the system lets it.
pub(crate) fn pin() {
    let last = core_affinity::get_core_ids().and_then(|mut cores| cores.pop());
    if !last.is_some_and(core_affinity::set_for_current) {
        eprintln!("this thread could not be pinned to a core: expect noise");
    }
}

/// Makes the allocator keep what is freed, as it does in a process that has run for a while: the one of glibc returns the end
/// of its heap to the system after each large message, until it has seen a large block come and go.
pub(crate) fn settle_allocator() {
    const LARGE: usize = 16 << 20;
    drop(black_box(Vec::<u8>::with_capacity(LARGE)));
}

/// How often it runs in one turn. The quickest of three tries counts: when something else had the core, one of them looks
/// like a whole turn, and turns of a few operations would measure the clock.
fn calibrate(candidate: &mut Candidate<'_>) -> u32 {
    let mut times = 1;
    while (0..3).map(|_| time(candidate, times)).min() < Some(TURN / 2) && times < 1 << 24 {
        times *= 2;
    }
    times
}

fn time(candidate: &mut Candidate<'_>, times: u32) -> Duration {
    let start = Instant::now();
    candidate.run(times);
    start.elapsed()
}

/// The middle one; `NaN` of none.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_first_operation_does_not_shorten_the_turns() {
        let mut first = true;
        let mut candidate = Candidate::new("slow", || {
            if std::mem::take(&mut first) {
                std::thread::sleep(TURN);
            }
        });
        assert!(calibrate(&mut candidate) > 100);
    }

    #[test]
    fn the_median_ignores_what_is_far_out() {
        assert!((median(vec![1.0, 900.0, 2.0]) - 2.0).abs() < 1e-9);
    }
}
