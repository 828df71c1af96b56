//! Several replicas of a service: they share the work, and come and go without a loss.

use std::{collections::BTreeMap, time::Duration};

use kaa_endpoint::dstp::DataSamplesEvent;
use kaa_ism::CallError;
use kaa_proves::proves;
use tokio::{task::JoinSet, time::Instant};

use crate::harness::{
    Answer, Failure, Load, NatsServer, Process, Replica, TestPlatform, Version, Wire, Worker, caller, config_file,
    program, within,
};

const SAMPLES: &str = "kaa.v1.events.dcx.endpoint.data-collection.data-samples-received";
const CALLERS: usize = 200;
const CALL_WITHIN: Duration = Duration::from_secs(5);
/// What a machine that does many other things may add to a deadline.
const SLACK: Duration = Duration::from_secs(2);

#[proves("ISM-002", "DSTP-001")]
#[tokio::test(flavor = "multi_thread")]
async fn replicas_share_the_requests_and_every_sample_is_in_one_event() {
    const REQUESTS: usize = 300;
    let nats = NatsServer::start().await;
    let platform = TestPlatform::on(&nats).await;
    let wire = Wire::tap(&nats, "kaa.v1.events.dcx.>").await;
    let mut replicas = Vec::new();
    for replica in ["one", "two"] {
        let config = config_file(&format!("service.instance.replica.id: {replica}"));
        let mut command = program("dcx");
        command.env("NATS_URLS", nats.url()).env("APP_CONFIG_PATH", config.path()).env("RUST_LOG", "info");
        let process = Process::start(&format!("dcx {replica}"), command);
        process.line(": ready ").await;
        replicas.push((process, format!("dcx/{replica}"), config));
    }
    let sent = async |name: &str| {
        let connections = nats.connections().await;
        connections.iter().find(|connection| connection.name == name).expect("a replica is connected").sent
    };
    let mut before = Vec::new();
    for (_, name, _) in &replicas {
        before.push(sent(name).await);
    }

    let mut devices = JoinSet::new();
    for device in 0..10 {
        let (endpoint, connection) = (platform.register().await, platform.device(Version::V311).await);
        devices.spawn(async move {
            for number in 1..=REQUESTS / 10 {
                let topic = endpoint.topic("dcx", &format!("json/{number}"));
                let answer = connection.ask(&topic, format!("[\"{device}/{number}\"]").as_bytes()).await;
                assert_eq!(answer, Answer::Status("".into()));
            }
        });
    }
    within("all requests", devices.join_all()).await;

    let all = |seen: &[_]| (seen.len() >= REQUESTS).then_some(());
    wire.find("all events", all).await;
    let mut samples = BTreeMap::new();
    for event in wire.all::<DataSamplesEvent>(SAMPLES) {
        for sample in event.data_samples {
            *samples.entry(String::from_utf8(sample.to_vec()).unwrap()).or_insert(0) += 1;
        }
    }
    assert_eq!(samples.len(), REQUESTS);
    assert!(samples.values().all(|&count| count == 1), "{samples:?}");

    // A replica sends an event and an answer for each request.
    let labels = [("service", "dcx"), ("message", "ClientData"), ("outcome", "handled")];
    let mut handled = vec![platform.metric("kaa_messages_total", &labels).await];
    for ((_, name, _), before) in replicas.iter().zip(before) {
        handled.push((sent(name).await - before) / 2);
    }
    assert_eq!(handled.iter().sum::<u64>(), REQUESTS as u64, "{handled:?}");
    assert!(handled.iter().all(|&handled| handled > 0), "{handled:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_call_is_lost_when_a_replica_of_two_is_terminated() {
    let nats = NatsServer::start().await;
    let caller = caller(&nats).await;
    let mut oldest = Replica::hello(&nats).await;
    let mut other = Replica::hello(&nats).await;
    let load = Load::start(&caller.handle(), CALLERS, CALL_WITHIN);
    for _ in 0..10 {
        load.answers(2 * CALLERS).await;
        oldest.leaves().await;
        oldest = other;
        other = Replica::hello(&nats).await;
    }
    load.answers(2 * CALLERS).await;
    let report = load.finish().await;
    assert!(report.failures.is_empty(), "{} answered, {:#?}", report.answered, report.failures);
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_told_at_once_when_the_last_replica_has_left() {
    let nats = NatsServer::start().await;
    let caller = caller(&nats).await;
    for _ in 0..10 {
        let hello = Replica::hello(&nats).await;
        let load = Load::start(&caller.handle(), CALLERS, CALL_WITHIN);
        load.answers(2 * CALLERS).await;
        hello.leaves().await;
        let left = Instant::now();
        load.until("calls fail", |report| report.failures.len() >= 2 * CALLERS).await;
        let told = left.elapsed();
        let report = load.finish().await;
        let told_at_once =
            |failure: &&Failure| matches!(failure.error, Err(CallError::NoResponders { .. })) && failure.took < SLACK;
        let (at_once, others): (Vec<_>, Vec<_>) = report.failures.iter().partition(told_at_once);
        let (answered, told_at_once) = (report.answered, at_once.len());
        assert!(others.is_empty(), "{answered} answered, {told_at_once} told at once, others: {others:?}");
        assert!(told < SLACK, "{told:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn when_one_replica_of_three_is_killed_calls_end_in_time_and_the_others_take_the_load() {
    let (nats, mut replicas) = (NatsServer::start().await, Vec::new());
    for _ in 0..3 {
        replicas.push(Worker::start(&nats.url(), "").await);
    }
    let caller = caller(&nats).await;
    let load = Load::on(&caller.handle(), ("worker", "/wait/5"), CALLERS, CALL_WITHIN);
    load.answers(2 * CALLERS).await;
    let mut killed = replicas.remove(0);
    assert!(killed.handled().await > 0);
    killed.process.kill().await;
    for other in &replicas {
        other.handles(u64::try_from(CALLERS).unwrap()).await;
        other.says(200, "ready").await;
    }
    let report = load.finish().await;
    // Those that the killed one had got, and no others.
    assert!(report.failures.len() <= CALLERS, "{} of {}", report.failures.len(), report.answered);
    for failure in &report.failures {
        assert!(matches!(failure.error, Err(CallError::Timeout { .. })), "{failure:?}");
        assert!(failure.took < CALL_WITHIN + SLACK, "{failure:?}");
    }
    assert!(report.slowest < CALL_WITHIN + SLACK, "{:?}", report.slowest);
}
