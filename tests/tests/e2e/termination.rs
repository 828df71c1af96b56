//! A service is asked to end while it has much to do.

use std::time::Duration;

use futures::future::join_all;
use kaa_ism::CallError;

use crate::harness::{Load, NatsServer, Worker, caller, eventually};

/// Side by side on one server, each with an instance of its own.
const LANES: usize = 4;
/// In each lane, one after the other.
const REPEATS: usize = 25;
/// In each lane: as many requests are in flight.
const CALLERS: usize = 150;
/// As many of them are handled when the service is terminated.
const MUCH: u64 = 100;
/// Longer than what a busy machine takes for one call.
const CALL_WITHIN: Duration = Duration::from_secs(20);
const ENDS_WITHIN: Duration = Duration::from_secs(30);

/// Returns how long the longest end took.
async fn terminate_under_load(nats: &NatsServer, lane: usize) -> Duration {
    let (name, caller) = (format!("worker-{lane}"), caller(nats).await);
    let (mut longest, mut finished) = (Duration::ZERO, 0);
    for _ in 0..REPEATS {
        let worker = Worker::start(&nats.url(), &format!("service.instance.name: {name}")).await;
        let load = Load::on(&caller.handle(), (&name, "/wait/100"), CALLERS, CALL_WITHIN);
        eventually("there is much in work", async || {
            let in_work = worker.metric("kaa_messages_in_work", &[("message", "ClientData")]).await;
            (in_work > MUCH).then_some(())
        })
        .await;
        let before = load.answered();
        let left = worker.leaves().await;
        let report = load.finish().await;
        // What it has taken, it has answered; what came later reached nobody.
        assert_eq!(report.answered, left.handled, "{:?}", report.failures);
        let nobody = |error: &Result<i32, CallError>| matches!(error, Err(CallError::NoResponders { .. }));
        assert!(report.failures.iter().all(|failure| nobody(&failure.error)), "{:?}", report.failures);
        finished += report.answered - before;
        longest = longest.max(left.took);
    }
    caller.shutdown().await;
    // A busy machine may end some of them when all is answered and nothing has come again; hardly ever all.
    assert!(finished > REPEATS, "{finished} requests were in work");
    longest
}

#[tokio::test(flavor = "multi_thread")]
async fn no_request_that_was_taken_is_without_an_answer_when_a_service_is_terminated_under_load() {
    let nats = NatsServer::start().await;
    let longest = join_all((0..LANES).map(|lane| terminate_under_load(&nats, lane))).await;
    println!("{} times terminated; the longest end of each lane: {longest:?}", LANES * REPEATS);
    assert!(longest.iter().all(|took| *took < ENDS_WITHIN), "{longest:?}");
}
