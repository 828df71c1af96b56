//! What handling a message allocates: an extension, and then a bare async-nats responder, each alone on this thread,
//! while another thread sends them the same messages. Only what this thread allocates is counted.

mod load;
mod responders;

use std::hint::black_box;

use allocation_counter::{AllocationInfo, measure};
use bytes::Bytes;
use kaa_esp::ClientData;
use kaa_ism::Message as _;
use tokio::runtime::{Builder, Runtime};

/// Gets case, what is counted in it, and allocations and bytes of one message.
pub(crate) type Print = fn(&str, &str, f64, f64);

/// Cases: how many messages are under way at once.
const IN_FLIGHT: [u32; 2] = [256, 1];

/// In each of two turns; only the second one counts, when all buffers have grown to their size.
const MESSAGES: u32 = 20_000;

/// Counts, on the nats-server at `url`.
pub(crate) fn count(url: &str, print: Print) {
    let threads = Threads {
        here: Builder::new_current_thread().enable_all().build().expect("a runtime"),
        elsewhere: Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime"),
    };
    let extension = threads.here.block_on(responders::extension(url));
    let of_extension = IN_FLIGHT.map(|in_flight| threads.respond(url, in_flight));
    threads.here.block_on(extension.shutdown());

    let [(answer, _), _] = &of_extension;
    threads.here.block_on(responders::bare(url, answer.clone()));
    let of_bare = IN_FLIGHT.map(|in_flight| threads.respond(url, in_flight));

    for ((in_flight, (_, sdk)), (_, bare)) in IN_FLIGHT.into_iter().zip(of_extension).zip(of_bare) {
        let case = format!("handled/{in_flight}-in-flight");
        for (part, info, messages) in
            [("sdk", sdk, MESSAGES), ("bare", bare, MESSAGES), ("owned-message", owned_message(), 1)]
        {
            print(&case, part, each(info.count_total, messages), each(info.bytes_total, messages));
        }
    }
}

struct Threads {
    /// Driven by this thread, and only while it waits for something.
    here: Runtime,
    elsewhere: Runtime,
}

impl Threads {
    /// Lets the responder of this thread answer; returns an answer too.
    fn respond(&self, url: &str, in_flight: u32) -> (Bytes, AllocationInfo) {
        let turn = || {
            let load = self.elsewhere.spawn(load::send(url.to_owned(), in_flight, MESSAGES));
            let mut answer = None;
            let info = measure(|| answer = self.here.block_on(load).ok());
            (answer.expect("answers"), info)
        };
        turn();
        turn()
    }
}

/// Of the decoder, for a message that its reader owns.
fn owned_message() -> AllocationInfo {
    let datum = load::message();
    let decode = || drop(black_box(ClientData::decode(&datum)));
    decode();
    measure(decode)
}

fn each(count: u64, messages: u32) -> f64 {
    // Far below what a float holds exactly.
    u32::try_from(count).map_or(f64::NAN, f64::from) / f64::from(messages)
}
