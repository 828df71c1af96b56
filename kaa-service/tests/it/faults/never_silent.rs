//! Whatever goes wrong: every request is answered or counted under a reason, and every call ends in time.

use std::{collections::BTreeMap, time::Duration};

use kaa_esp::{ClientData, Esp as _, ExtensionData};
use kaa_ism::{CallError, Message as _, Request as _, Response as _, SendError, SendOptions, Subject};
use kaa_service::{
    Faults, Limits, MemoryBus, ServiceHandle, Settings,
    testkit::{Accounting, TestKit, TestService},
};
use rand::{RngExt as _, SeedableRng as _, rngs::Xoshiro256PlusPlus};
use tokio::{task::JoinSet, time::Instant};

use crate::support::{ANSWERABLE, ANSWERS, UNANSWERABLE, instance, scripted};

const MS: Duration = Duration::from_millis(1);

struct Trial {
    random: Xoshiro256PlusPlus,
    bus: MemoryBus,
    kit: TestKit,
    kpc: TestService,
    /// Sends what no service sends.
    stray: TestService,
    calls: JoinSet<Result<(), CallError>>,
    /// How much later than its deadline a call may end.
    late: Duration,
}

impl Trial {
    /// A service that ends within `grace`, and a caller.
    async fn new(seed: u64, grace: Duration, late: Duration) -> (Self, TestService) {
        let bus = MemoryBus::new();
        let kit = TestKit::on(bus.clone());
        let limits = Limits::default().with_in_work(8).with_waiting(40).with_handling(500 * MS);
        let settings = Settings::new("ext").unwrap().with_graceful_shutdown(grace);
        let ext = kit.start_with(settings, |service| service.with_limits(limits).serve(scripted())).await.unwrap();
        let (kpc, stray) = (kit.peer("kpc").await.unwrap(), kit.peer("stray").await.unwrap());
        let random = Xoshiro256PlusPlus::seed_from_u64(seed);
        bus.faults().set(at_random(seed));
        (Self { random, bus, kit, kpc, stray, calls: JoinSet::new(), late }, ext)
    }

    fn one_of<T: Copy>(&mut self, options: &[T]) -> T {
        options[self.random.random_range(0..options.len())]
    }

    /// A message that its handler does something with.
    fn data(&mut self) -> ClientData {
        let after = format!("/after/{}", self.random.random_range(0..50));
        let paths = ["/ok", "/ok-later", "/refuse", "/refuse-later", "/panic", "/panic-later", "/hang", &after, &after];
        let mut data = ClientData::new("demo-v1", self.one_of(&paths));
        data.endpoint_id = self.random.random_bool(0.75).then(|| format!("ep-{}", self.random.random_range(0..20)));
        data.request_id = self.random.random_bool(0.75).then_some(7);
        data
    }

    async fn send(&mut self) {
        let data = self.data();
        if self.random.random_bool(0.6) && data.request_id.is_some() {
            let within = self.one_of(&[20 * MS, 100 * MS, 700 * MS]);
            self.calls.spawn(call(self.kpc.handle().clone(), data, within, self.late));
        } else {
            self.send_something_odd(data).await;
        }
    }

    /// What no call would send.
    async fn send_something_odd(&mut self, mut data: ClientData) {
        let now = kaa_ism::Clock::now(self.kit.clock()).0;
        data.correlation_id = self.random.random::<u64>().to_string();
        (data.timestamp, data.timeout) = (now, 0);
        let mut reply_to = Some(Subject::replica(&self.stray.identity().replica, ExtensionData::KIND));
        let mut body = data.to_bytes();
        match self.random.random_range(0..5) {
            // Without a deadline: what expires is known to have had a replyTo.
            0 => reply_to = None,
            1 => body.truncate(self.random.random_range(0..body.len())),
            2 => body = [&body[..], b"left over"].concat().into(),
            3 => {
                (data.timestamp, data.timeout) = (now - self.random.random_range(0..100), 50);
                body = data.to_bytes();
            }
            _ => body = "no message".into(),
        }
        let to = Subject::service(&instance("ext"), ClientData::KIND);
        self.stray.publish(to, reply_to, body).await.unwrap();
    }

    fn disturb(&mut self) {
        let faults = self.bus.faults();
        let one = self.one_of(&["ext", "kpc"]);
        match self.random.random_range(0..10) {
            0 => faults.partition("ext", "kpc"),
            1 => faults.partition_one_way(one, if one == "ext" { "kpc" } else { "ext" }),
            2 => faults.disconnect(one),
            3 => faults.reconnect(one),
            4 => faults.slow("ext", 3),
            _ => {
                faults.heal();
                faults.set(at_random(self.random.random()));
            }
        }
    }

    /// What became of so many messages to the service, and how the calls among them ended.
    async fn run(mut self, ext: TestService, messages: usize) -> (Accounting, Ended) {
        for _ in 0..messages {
            self.send().await;
            match self.random.random_range(0..100) {
                0..4 => tokio::time::sleep(self.random.random_range(0..100) * MS).await,
                4..10 => tokio::task::yield_now().await,
                10 => self.disturb(),
                _ => {}
            }
        }
        // The service ends in the middle of it.
        self.bus.faults().set(Faults::default());
        let accounting = ext.finish().await;
        let mut ended = Ended::default();
        while let Some(call) = self.calls.join_next().await {
            ended.count(call.unwrap());
        }
        ended.check(self.kpc.handle());
        self.kpc.finish().await;
        (accounting, ended)
    }
}

fn at_random(seed: u64) -> Faults {
    let faults = Faults::seeded(seed).with_drop(0.02).with_duplicate(0.02).with_reorder(0.05);
    faults.with_delay(Duration::ZERO..=10 * MS)
}

/// Makes sure that a call ends in time.
async fn call(kpc: ServiceHandle, data: ClientData, within: Duration, late: Duration) -> Result<(), CallError> {
    let (options, start) = (SendOptions::default().with_timeout(within), Instant::now());
    let outcome = kpc.esp().call(&instance("ext"), data, options).await;
    assert!(start.elapsed() <= within + late, "{outcome:?} after {:?} of {within:?}", start.elapsed());
    outcome.map(drop)
}

/// How calls ended.
#[derive(Debug, Default)]
struct Ended {
    answered: u64,
    no_responders: u64,
    timed_out: u64,
    disconnected: u64,
    not_sent: u64,
}

impl Ended {
    fn count(&mut self, outcome: Result<(), CallError>) {
        let counter = match outcome {
            Ok(()) => &mut self.answered,
            Err(CallError::NoResponders { .. }) => &mut self.no_responders,
            Err(CallError::Timeout { .. }) => &mut self.timed_out,
            Err(CallError::Disconnected) => &mut self.disconnected,
            Err(CallError::NotSent(SendError::Disconnected)) => &mut self.not_sent,
            Err(other) => panic!("{other}"),
        };
        *counter += 1;
    }

    /// The caller has counted the same.
    fn check(&self, kpc: &ServiceHandle) {
        let counted = ["answered", "no-responders", "timed-out", "disconnected"]
            .map(|outcome| kpc.metrics().sum("kaa_calls_total", ("outcome", outcome)));
        assert_eq!([self.answered, self.no_responders, self.timed_out, self.disconnected], counted);
    }
}

/// Requests = answers + counted reasons.
fn check(accounting: &Accounting, seed: u64) {
    let text = format!("seed {seed}: {accounting}");
    let counted = |outcomes: &[&str]| outcomes.iter().map(|outcome| accounting.counted(outcome)).sum::<u64>();
    assert_eq!(accounting.received(), accounting.accounted(), "{text}");
    let reasons = counted(&["lost", "not-wanted", "expired", "undecodable"]);
    assert_eq!(accounting.requests(), accounting.answers() + reasons, "{text}");
    assert_eq!(accounting.answers(), counted(&["sent"]), "{text}");
}

#[tokio::test]
async fn requests_are_answered_or_counted_and_calls_end_in_time() {
    let mut totals = BTreeMap::<_, u64>::new();
    for seed in 0..50 {
        let (trial, ext) = Trial::new(seed, 300 * MS, 2 * MS).await;
        let (accounting, ended) = trial.run(ext, 1_500).await;
        check(&accounting, seed);
        let calls = [
            ("call answered", ended.answered),
            ("no responders", ended.no_responders),
            ("call timed out", ended.timed_out),
            ("call disconnected", ended.disconnected),
            ("call not sent", ended.not_sent),
        ];
        let outcomes = ANSWERABLE.into_iter().chain(UNANSWERABLE).chain(ANSWERS);
        let counted = outcomes.map(|outcome| (outcome, accounting.counted(outcome)));
        for (outcome, count) in counted.chain(calls) {
            *totals.entry(outcome).or_default() += count;
        }
    }
    assert!(totals.values().all(|&count| count > 10), "each of them happens: {totals:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_same_on_many_threads_in_real_time() {
    for seed in 100..102 {
        let (trial, ext) = Trial::new(seed, 30_000 * MS, 30_000 * MS).await;
        check(&trial.run(ext, 500).await.0, seed);
    }
}
