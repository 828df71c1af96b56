//! What an extension whose handler does not wait allocates for each message, without the message itself, and without
//! what async-nats allocates to take a message and to send one. kaa-nats spares the client some of that, so that little
//! may be left.

use super::cases::Cases;
use crate::{memory::count, report::Bound};

/// As `counted` calls them.
const CASES: [&str; 2] = ["handled/256-in-flight", "handled/1-in-flight"];

pub(crate) fn measure(cases: &mut Cases<'_>, url: &str) {
    if !CASES.iter().any(|case| cases.wants(case)) {
        return;
    }
    let memories = count(Some(url));
    for case in CASES {
        if !cases.wants(case) {
            continue;
        }
        let [sdk, bare, message] = ["sdk", "bare", "owned-message"].map(|part| {
            let memory = memories.get(&(case.to_owned(), part.to_owned()));
            memory.map_or(f64::NAN, |memory| memory.allocations)
        });
        cases.report.add(case, "sdk_allocations_per_message", sdk, Bound::None);
        cases.report.add(case, "bare_allocations_per_message", bare, Bound::None);
        cases.report.add(case, "owned_message_allocations", message, Bound::None);
        cases.report.add(case, "runner_allocations", sdk - bare - message, Bound::AtMost(8.0));
    }
}
