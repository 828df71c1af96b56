//! The codec, all candidates in one process and in turns.

use std::collections::BTreeMap;

use crate::{
    candidates::{NAMES, PAYLOADS, client_data},
    measure::{in_turns, pin},
    memory::{Memories, count},
    report::{Bound, Report},
};

pub(crate) fn run() -> Report {
    let memories = count(); // first: it may have to be built
    pin();
    let mut report = Report::new("codec");
    for payload in PAYLOADS {
        let nanos = client_data(payload, in_turns);
        let nanos = NAMES.into_iter().zip(nanos).collect();
        Case { payload, nanos, memories: &memories }.add_to(&mut report);
    }
    report
}

/// The figures of one payload.
struct Case<'a> {
    payload: usize,
    nanos: BTreeMap<&'static str, f64>,
    memories: &'a Memories,
}

impl Case<'_> {
    fn add_to(&self, report: &mut Report) {
        // A large payload is all memcpy, which says nothing about the codec; but a decoder must not copy it.
        let is_small = self.payload <= 1024;
        let when_small = |bound| if is_small { bound } else { Bound::None };
        let bytes = if is_small { Bound::None } else { Bound::AtMost(1024.0) };

        self.compare_with_hand(report, "encode", when_small(Bound::AtMost(1.3)), Bound::None);
        self.compare_with_apache(report, "encode", when_small(Bound::AtLeast(5.0)));
        self.compare_with_hand(report, "to-bytes", Bound::None, Bound::None);
        self.compare_with_hand(report, "decode", when_small(Bound::AtMost(1.25)), bytes);
        self.compare_with_apache(report, "decode", when_small(Bound::AtLeast(2.0)));
    }

    fn compare_with_hand(&self, report: &mut Report, operation: &str, ratio: Bound, bytes: Bound) {
        let (ours, hand) = (self.nanos(operation), self.nanos(&format!("hand-{operation}")));
        let case = self.case(operation);
        report.add(&case, "ns_per_op", ours, Bound::None);
        report.add(&case, "hand_ns_per_op", hand, Bound::None);
        report.add(&case, "ratio_to_hand", ours / hand, ratio);
        if let Some(memory) = self.memories.get(&(self.payload, operation.to_owned())) {
            report.add(&case, "allocations_per_op", memory.allocations, Bound::None);
            report.add(&case, "bytes_allocated_per_op", memory.bytes, bytes);
        }
    }

    fn compare_with_apache(&self, report: &mut Report, operation: &str, speedup: Bound) {
        let name = format!("apache-avro-{operation}");
        let (ours, theirs) = (self.nanos(operation), self.nanos(&name));
        let case = self.case(operation);
        report.add(&case, "apache_avro_ns_per_op", theirs, Bound::None);
        report.add(&case, "times_as_fast_as_apache_avro", theirs / ours, speedup);
        if let Some(memory) = self.memories.get(&(self.payload, name)) {
            report.add(&case, "apache_avro_bytes_per_op", memory.bytes, Bound::None);
        }
    }

    fn nanos(&self, name: &str) -> f64 {
        self.nanos.get(name).copied().unwrap_or(f64::NAN)
    }

    fn case(&self, operation: &str) -> String {
        format!("client-data/{}/{operation}", self.payload)
    }
}
