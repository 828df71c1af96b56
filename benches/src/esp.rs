//! Services of this SDK beside bare async-nats and beside a program written by hand, on the same server and runtime, in turns.
//!
//! The bounds are about bare async-nats, which neither encodes nor decodes. What is written by hand does, and nothing else: it
//! shows what the machine leaves for all that a service has to do besides.

mod allocations;
mod bare;
mod by_hand;
mod cases;
mod echo;
mod events;
mod observed;
mod server;
mod threads;
mod through_sdk;
mod turns;

use crate::{
    esp::{cases::Cases, echo::Echo, events::Taker, observed::Observer, server::NatsServer, threads::Threads},
    report::{Bound, Report},
};

/// Runs the cases whose names contain `only`; all of them if it is `None`.
pub(crate) fn run(only: Option<&str>) -> Report {
    let server = NatsServer::start();
    let url = server.url();
    let mut cases = Cases::new(only);
    allocations::measure(&mut cases, url); // first: it may have to be built
    for threads in Threads::ALL {
        let echo = Echo { name: "echo", threads, is_observed: false, ratio: Bound::AtLeast(1.0) };
        threads.block_on(echo.measure(&mut cases, url));
    }
    for threads in Threads::ALL {
        for taker in [Taker::Observer, Taker::Listener] {
            threads.block_on(events::measure(&mut cases, taker, threads, url));
        }
    }
    // Last: where there has been a subscriber once, spans that nobody wants cost more than before.
    let observer = Observer::new();
    for (threads, ratio) in [(Threads::Multi, Bound::AtLeast(0.95)), (Threads::Current, Bound::AtLeast(1.2))] {
        let echo = Echo { name: "echo-with-metrics-and-spans", threads, is_observed: true, ratio };
        observer.block_on(threads, echo.measure(&mut cases, url));
    }
    cases.report()
}
