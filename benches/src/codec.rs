//! The codec, all candidates of a case in one process and in turns.

use std::collections::BTreeMap;

use crate::{
    candidates::{Candidate, client_data, messages, time_series},
    measure::{in_turns, median, pin, settle_allocator},
    memory::{Memories, count},
    report::{Bound, Report},
};

pub(crate) fn run() -> Report {
    let memories = count(None); // first: it may have to be built
    pin();
    settle_allocator();
    let mut report = Report::new("codec");
    client_data(&mut |name, candidates| Case::new(name, candidates, &memories).add_client_data(&mut report));
    time_series(&mut |name, candidates| Case::new(name, candidates, &memories).add_time_series(&mut report));
    let (mut encode, mut decode) = (Vec::new(), Vec::new());
    messages(&mut |name, candidates| {
        let case = Case::new(name, candidates, &memories);
        case.add_message(&mut report);
        encode.push(case.speedup("encode", "encode"));
        decode.push(case.speedup("decode", "decode"));
    });
    report.add("messages/median/encode", FASTER, median(encode), Bound::AtLeast(4.0));
    report.add("messages/median/decode", FASTER, median(decode), Bound::AtLeast(2.0));
    report
}

const FASTER: &str = "times_as_fast_as_apache_avro";

/// The figures of one case.
struct Case<'a> {
    name: &'a str,
    nanos: BTreeMap<&'static str, f64>,
    memories: &'a Memories,
}

impl<'a> Case<'a> {
    fn new(name: &'a str, candidates: Vec<Candidate<'_>>, memories: &'a Memories) -> Self {
        Self { name, nanos: in_turns(candidates), memories }
    }

    fn add_client_data(&self, report: &mut Report) {
        // A large payload is all memcpy, which says nothing about the codec; but a decoder must not copy it.
        let payload = self.name.rsplit('/').next().and_then(|payload| payload.parse::<usize>().ok());
        let is_small = payload.is_some_and(|payload| payload <= 1024);
        let when_small = |bound| if is_small { bound } else { Bound::None };
        let bytes = if is_small { Bound::None } else { Bound::AtMost(1024.0) };

        self.compare_with_hand(report, "encode", when_small(Bound::AtMost(1.3)));
        self.add_memory(report, "encode", Bound::None, Bound::None);
        self.compare_with_apache(report, "encode", "encode", when_small(Bound::AtLeast(5.0)));
        self.compare_with_hand(report, "to-bytes", Bound::None);
        self.add_memory(report, "to-bytes", Bound::None, Bound::None);
        self.compare_with_hand(report, "decode", when_small(Bound::AtMost(1.25)));
        self.add_memory(report, "decode", Bound::None, bytes);
        self.compare_with_apache(report, "decode", "decode", when_small(Bound::AtLeast(2.0)));
    }

    fn add_time_series(&self, report: &mut Report) {
        for (operation, of_apache, speedup) in
            [("encode", "encode", 4.0), ("decode", "decode", 1.2), ("decode-borrowed", "decode", 3.0)]
        {
            self.add_nanos(report, operation);
            self.add_memory(report, operation, no_allocation(operation), Bound::None);
            self.compare_with_apache(report, operation, of_apache, Bound::AtLeast(speedup));
        }
    }

    fn add_message(&self, report: &mut Report) {
        for operation in ["encode", "decode"] {
            self.add_nanos(report, operation);
            self.add_memory(report, operation, no_allocation(operation), Bound::None);
            self.compare_with_apache(report, operation, operation, Bound::AtLeast(1.0));
        }
    }

    fn add_nanos(&self, report: &mut Report, operation: &str) {
        report.add(self.row(operation), "ns_per_op", self.nanos(operation), Bound::None);
    }

    fn compare_with_hand(&self, report: &mut Report, operation: &str, ratio: Bound) {
        let (ours, hand) = (self.nanos(operation), self.nanos(&format!("hand-{operation}")));
        self.add_nanos(report, operation);
        report.add(self.row(operation), "hand_ns_per_op", hand, Bound::None);
        report.add(self.row(operation), "ratio_to_hand", ours / hand, ratio);
    }

    fn compare_with_apache(&self, report: &mut Report, operation: &str, of_apache: &str, speedup: Bound) {
        let name = format!("apache-avro-{of_apache}");
        report.add(self.row(operation), "apache_avro_ns_per_op", self.nanos(&name), Bound::None);
        report.add(self.row(operation), FASTER, self.speedup(operation, of_apache), speedup);
        if let Some(memory) = self.memories.get(&(self.name.to_owned(), name)) {
            report.add(self.row(operation), "apache_avro_bytes_per_op", memory.bytes, Bound::None);
        }
    }

    fn add_memory(&self, report: &mut Report, operation: &str, allocations: Bound, bytes: Bound) {
        if let Some(memory) = self.memories.get(&(self.name.to_owned(), operation.to_owned())) {
            report.add(self.row(operation), "allocations_per_op", memory.allocations, allocations);
            report.add(self.row(operation), "bytes_allocated_per_op", memory.bytes, bytes);
        }
    }

    fn speedup(&self, operation: &str, of_apache: &str) -> f64 {
        self.nanos(&format!("apache-avro-{of_apache}")) / self.nanos(operation)
    }

    fn nanos(&self, name: &str) -> f64 {
        self.nanos.get(name).copied().unwrap_or(f64::NAN)
    }

    fn row(&self, operation: &str) -> String {
        format!("{}/{operation}", self.name)
    }
}

/// The encoder has a buffer that is used again.
fn no_allocation(operation: &str) -> Bound {
    if operation == "encode" { Bound::AtMost(0.0) } else { Bound::None }
}
