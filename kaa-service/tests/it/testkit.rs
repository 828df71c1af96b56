//! The test kit itself.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
    time::Duration,
};

use kaa_endpoint::elce::{ConnectedEvent, DisconnectedEvent};
use kaa_esp::{ClientData, Esp as _, ExtensionData};
use kaa_ism::{
    Bus as _, Clock as _, Fanout, Message as _, Originator, Request as _, Role, SendOptions, Subject, listen,
};
use kaa_service::{
    Error, ErrorKind, MemoryBus, Settings,
    testkit::{TestKit, TestService},
};

use crate::support::*;

const SECOND: Duration = Duration::from_secs(1);

async fn scripted_on(kit: &TestKit) -> (TestService, TestService) {
    let ext = kit.start("ext", |service| service.serve(scripted())).await.unwrap();
    (ext, kit.peer("kpc").await.unwrap())
}

fn listener() -> impl Role {
    listen(Originator::Any, Fanout::EveryReplica, async |_: ConnectedEvent, _context| Ok(()))
}

/// Sends to `ext`, without waiting for an answer.
async fn send(kpc: &TestService, path: &str) {
    let options = SendOptions::default().with_timeout(10 * SECOND);
    kpc.handle().esp().send(&instance("ext"), unordered(path), options).await.unwrap();
}

#[tokio::test]
async fn clock_and_time_go_together_and_the_clock_alone_makes_messages_expire() {
    let kit = TestKit::new();
    let (ext, kpc) = scripted_on(&kit).await;
    let (start, time) = (kit.clock().now().0, tokio::time::Instant::now());
    kit.advance(3 * SECOND).await;
    assert!((3_000..=3_001).contains(&(kit.clock().now().0 - start)));
    assert!((3_000..=3_001).contains(&time.elapsed().as_millis()));
    kit.clock().advance(60 * SECOND);
    assert!((63_000..=63_001).contains(&(ext.handle().now().0 - start)));
    let mut stale = expiring("/ok", 1_000);
    stale.timestamp = start;
    kpc.publish(Subject::service(&instance("ext"), ClientData::KIND), None, stale.to_bytes()).await.unwrap();
    kit.advance(SECOND).await;
    assert_eq!((ext.count("expired"), ext.count("handled")), (1, 0));
}

#[tokio::test]
async fn what_is_sent_is_taken_in_order_by_type() {
    let kit = TestKit::new();
    let kpc = kit.peer("kpc").await.unwrap();
    let handle = kpc.handle();
    handle.broadcast(ConnectedEvent::new([("ep-1", "demo-v1")])).await.unwrap();
    handle.broadcast(DisconnectedEvent::new([("ep-1", "demo-v1")])).await.unwrap();
    handle.broadcast(ConnectedEvent::new([("ep-2", "demo-v1")])).await.unwrap();
    assert_eq!(kpc.expect::<DisconnectedEvent, _>().await.endpoints.len(), 1);
    let first: ConnectedEvent = kpc.expect().await;
    assert!(first.endpoints.contains_key("ep-1"));
    assert!(kpc.expect::<ConnectedEvent, _>().await.endpoints.contains_key("ep-2"));
    kpc.expect_none::<ConnectedEvent, _>(SECOND).await;
}

#[tokio::test]
async fn what_is_sent_later_is_waited_for() {
    let kit = TestKit::new();
    let (ext, kpc) = scripted_on(&kit).await;
    send(&kpc, "/after/900").await;
    ext.expect_none::<ExtensionData, _>(SECOND / 2).await;
    assert_eq!(ext.expect_within::<ExtensionData, _>(SECOND).await.resource_path, "/after/900");
}

#[tokio::test]
#[should_panic(expected = "ext has sent no ExtensionData within 5s, at ")]
async fn an_expectation_that_is_not_met_says_where() {
    let kit = TestKit::new();
    let (ext, _kpc) = scripted_on(&kit).await;
    ext.expect::<ExtensionData, _>().await;
}

#[tokio::test]
#[should_panic(expected = "ext has sent ExtensionData { ")]
async fn an_expectation_that_nothing_is_sent_fails_on_what_is_sent() {
    let kit = TestKit::new();
    let (ext, kpc) = scripted_on(&kit).await;
    send(&kpc, "/ok-later").await;
    ext.expect_none::<ExtensionData, _>(SECOND).await;
}

#[tokio::test]
async fn who_only_listens_sends_nothing() {
    let kit = TestKit::new();
    let ext = kit.start("ext", |service| service.serve(listener())).await.unwrap();
    let kpc = kit.peer("kpc").await.unwrap();
    kpc.handle().broadcast(ConnectedEvent::new([("ep-1", "demo-v1")])).await.unwrap();
    ext.expect_nothing(SECOND).await;
    assert_eq!(ext.count("handled"), 1);
    kpc.expect::<ConnectedEvent, _>().await;
    kpc.expect_nothing(SECOND).await;
}

#[tokio::test]
#[should_panic(expected = "kpc has sent a message to kaa.v1.events.kpc.endpoint.connectivity.connected, at ")]
async fn an_expectation_of_nothing_fails_on_anything() {
    let kit = TestKit::new();
    let kpc = kit.peer("kpc").await.unwrap();
    kpc.handle().broadcast(ConnectedEvent::new([("ep-1", "demo-v1")])).await.unwrap();
    kpc.expect_nothing(SECOND).await;
}

#[tokio::test]
async fn every_outcome_that_a_service_counts_can_be_asked_for() {
    let kit = TestKit::new();
    let (ext, _kpc) = scripted_on(&kit).await;
    let metrics = ext.handle().metrics().render();
    let of = |name: &str| {
        let lines = metrics.lines().filter(|line| line.starts_with(name));
        let outcomes = lines.filter_map(|line| line.split("outcome=\"").nth(1)?.split('"').next());
        outcomes.map(str::to_owned).collect::<BTreeSet<_>>()
    };
    let set = |outcomes: &[&str]| outcomes.iter().map(|&outcome| outcome.to_owned()).collect::<BTreeSet<_>>();
    let (messages, answers) = (of("kaa_messages_total"), of("kaa_answers_total"));
    assert_eq!(messages, set(&[&ANSWERABLE[..], &UNANSWERABLE].concat()));
    assert_eq!(answers, set(&ANSWERS));
    assert!(messages.iter().all(|outcome| ext.count(outcome) == 0));
    let accounting = ext.finish().await;
    assert!(messages.union(&answers).all(|outcome| accounting.counted(outcome) == 0));
}

#[tokio::test]
#[should_panic(
    expected = "there is no outcome \"tpyo\", expected one of: handled, refused, panicked, timed-out, cancelled, \
    overloaded, expired, malformed, undecodable"
)]
async fn an_outcome_that_is_none_is_counted_by_nobody() {
    let kit = TestKit::new();
    let _ = kit.peer("kpc").await.unwrap().count("tpyo");
}

#[tokio::test]
#[should_panic(expected = "there is no outcome \"answered\", expected one of: handled, ")]
async fn an_outcome_that_is_none_is_not_accounted_for() {
    let kit = TestKit::new();
    let _ = kit.peer("kpc").await.unwrap().finish().await.counted("answered");
}

#[tokio::test]
#[should_panic(expected = "kpc has sent bytes to kaa.v1.service.ext.esp.ClientData that are no ClientData")]
async fn bytes_that_are_no_message_are_no_expected_one() {
    let kit = TestKit::new();
    let (_ext, kpc) = scripted_on(&kit).await;
    kpc.publish(Subject::service(&instance("ext"), ClientData::KIND), None, "x").await.unwrap();
    kpc.expect::<ClientData, _>().await;
}

#[tokio::test]
async fn what_became_of_everything_is_accounted_for() {
    let kit = TestKit::new();
    let (ext, kpc) = scripted_on(&kit).await;
    for path in ["/ok", "/refuse", "/panic-later"] {
        send(&kpc, path).await;
    }
    kpc.publish(Subject::service(&instance("ext"), ClientData::KIND), None, "nonsense").await.unwrap();
    let accounting = ext.finish().await;
    insta::assert_snapshot!(
        accounting,
        @"4 received, 3 requests, 3 answers; handled 1, panicked 1, refused 1, undecodable 1; sent 3"
    );
    insta::assert_snapshot!(kpc.finish().await, @"0 received, 0 requests, 0 answers; ; ");
}

#[tokio::test]
async fn each_service_has_a_connection_of_its_own() {
    let bus = MemoryBus::new();
    let kit = TestKit::on(bus.clone());
    let replica = || kit.start("ext", |service| service.serve(listener()));
    let (one, two, kpc) = (replica().await.unwrap(), replica().await.unwrap(), kit.peer("kpc").await.unwrap());
    bus.faults().partition("kpc", "ext-2");
    kpc.handle().broadcast(ConnectedEvent::new([("ep-1", "demo-v1")])).await.unwrap();
    kit.advance(SECOND).await;
    assert_eq!((one.count("handled"), two.count("handled")), (1, 0));
}

#[tokio::test]
async fn a_service_that_does_not_start_is_an_error() {
    let kit = TestKit::new();
    assert_eq!(kit.peer("no name").await.unwrap_err().kind(), ErrorKind::Settings);
    let twice = kit.start("ext", |service| service.serve(scripted()).serve(scripted())).await;
    assert_eq!(twice.unwrap_err().kind(), ErrorKind::Roles);
}

#[tokio::test(start_paused = true)]
async fn time_that_stands_still_already_is_fine() {
    let kits = [TestKit::new(), TestKit::default()];
    for kit in &kits {
        kit.advance(3_600 * SECOND).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_many_threads_time_is_real() {
    let kit = TestKit::new();
    let (ext, kpc) = scripted_on(&kit).await;
    send(&kpc, "/after/1").await;
    ext.expect::<ExtensionData, _>().await;
    ext.finish().await;
}

#[tokio::test]
async fn any_transport_will_do() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let (bus, seen) = (MemoryBus::new(), asked.clone());
    let kit = TestKit::over(["nats://one", "nats://two"], move |settings: Settings| {
        seen.lock().unwrap().push((settings.identity().instance.to_string(), settings.nats_urls().join(" ")));
        let bus = bus.clone();
        async move { Ok::<_, Error>(bus) }
    });
    let (ext, kpc) = scripted_on(&kit).await;
    send(&kpc, "/ok").await;
    ext.expect::<ExtensionData, _>().await;
    let servers = "nats://one nats://two".to_owned();
    assert_eq!(*asked.lock().unwrap(), [("ext".to_owned(), servers.clone()), ("kpc".to_owned(), servers)]);
    let failing = TestKit::over(["nats://one"], async |_| Err::<MemoryBus, _>(Error::connect("no server")));
    assert_eq!(failing.peer("kpc").await.unwrap_err().to_string(), "no server");
}
