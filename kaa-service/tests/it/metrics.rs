//! What a service measures.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use kaa_esp::Esp as _;
use kaa_ism::SendOptions;
use kaa_service::ServiceHandle;

use crate::support::*;

/// A type of metric and its labels.
type Shape = (String, BTreeSet<String>);

/// The table in the documentation.
pub(crate) fn documented() -> BTreeMap<String, Shape> {
    let table = include_str!("../../src/metrics/table.md");
    let rows = table.lines().skip(2).map(|line| {
        let cells: Vec<_> = line.split('|').map(|cell| cell.trim().replace('`', "")).collect();
        let labels = cells[3].split(", ").filter(|label| !label.is_empty()).map(str::to_owned).collect();
        (cells[1].clone(), (cells[2].clone(), labels))
    });
    rows.collect()
}

/// The same of a page for Prometheus.
fn shown(page: &str) -> BTreeMap<String, Shape> {
    let mut shown = BTreeMap::<String, Shape>::new();
    let mut family = String::new();
    for line in page.lines() {
        if let Some(declared) = line.strip_prefix("# TYPE ") {
            let (name, kind) = declared.split_once(' ').unwrap();
            family = name.to_owned();
            assert!(shown.insert(family.clone(), (kind.to_owned(), BTreeSet::new())).is_none(), "{name} twice");
        } else if !line.starts_with('#') {
            let (series, value) = line.rsplit_once(' ').unwrap();
            assert!(value.parse::<f64>().is_ok(), "{line}");
            let (name, labels) = series.split_once('{').unwrap_or((series, "}"));
            let suffixes = ["", "_bucket", "_sum", "_count"];
            assert!(suffixes.iter().any(|suffix| name.strip_suffix(suffix) == Some(family.as_str())), "{line}");
            let labels = labels.trim_end_matches('}').split(',').filter_map(|label| label.split_once('='));
            let labels = labels.map(|(key, _)| key.to_owned()).filter(|key| key != "le");
            shown.get_mut(&family).unwrap().1.extend(labels);
        }
    }
    shown
}

fn time(service: &ServiceHandle, name: &'static str) -> (u64, Duration) {
    let times = service.metrics().histogram(name, &[("message", "ClientData")]);
    (times.count(), times.sum())
}

fn gauge(service: &ServiceHandle, name: &'static str) -> i64 {
    service.metrics().gauge(name, &[("message", "ClientData")]).value()
}

fn outcome(service: &ServiceHandle, name: &str, outcome: &str) -> u64 {
    service.metrics().sum(name, ("outcome", outcome))
}

#[tokio::test(start_paused = true)]
async fn a_running_service_shows_exactly_what_is_documented() {
    let world = World::new().await;
    let ext = world.serve(scripted()).await;
    let page = ext.handle().metrics().render();
    assert_eq!(shown(&page), documented());
    assert_eq!(page.matches("# HELP ").count(), documented().len());
}

#[tokio::test(start_paused = true)]
async fn waiting_and_handling_are_measured_apart() {
    let mut world = World::new().await;
    let ext = world.serve(scripted()).await;
    // Nobody has looked yet: nobody pays for it.
    world.send(request("/ok")).await;
    world.answer().await;
    assert_eq!(time(&ext.handle(), "kaa_handling_seconds").0, 0);
    for _ in 0..2 {
        world.send(request("/after/100")).await;
    }
    for _ in 0..2 {
        world.answer().await;
    }
    let (handled, handling) = time(&ext.handle(), "kaa_handling_seconds");
    let (waited, waiting) = time(&ext.handle(), "kaa_waiting_seconds");
    assert_eq!((handled, waited), (2, 2));
    // The clock of timers has a resolution of a millisecond.
    let about = |ms: u64, time: Duration| (0..5).any(|more| time.as_millis() == u128::from(ms + more));
    assert!(about(200, handling) && about(100, waiting), "{handling:?} {waiting:?}");
}

#[tokio::test(start_paused = true)]
async fn what_is_in_work_and_what_waits_is_seen_and_is_gone_at_the_end() {
    let world = World::new().await;
    let (role, mut gate) = gated();
    let ext = world.serve(role).await;
    let handle = ext.handle();
    for endpoint in ["a", "a", "a", "b"] {
        world.send(request_of(endpoint, "/x")).await;
    }
    assert_eq!(gate.all_begun().await.len(), 2);
    let seen = || (gauge(&handle, "kaa_messages_in_work"), gauge(&handle, "kaa_messages_waiting"));
    assert_eq!(seen(), (2, 2));
    gate.let_go(1);
    idle().await;
    assert_eq!(seen(), (2, 1));
    drop(ext);
    idle().await;
    assert_eq!(seen(), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn calls_are_counted_by_how_they_end() {
    let world = World::new().await;
    let (_ext, caller) = (world.serve(scripted()).await, world.caller().await);
    let (handle, esp) = (caller.handle(), caller.handle().esp());
    let call = async |to: &str, path: &str| {
        let options = SendOptions::default().with_timeout(Duration::from_secs(1));
        let _ = esp.call(&instance(to), unordered(path).with_request_id(2), options).await;
    };
    call("ext", "/ok").await;
    call("ext", "/refuse").await;
    call("nobody", "/ok").await;
    let hanging = call("ext", "/hang");
    let looking = async {
        idle().await;
        handle.metrics().gauge("kaa_waiting_calls", &[]).value()
    };
    assert_eq!(futures::join!(hanging, looking).1, 1);
    assert_eq!(handle.metrics().gauge("kaa_waiting_calls", &[]).value(), 0);
    let lost = async {
        idle().await;
        world.bus.set_connected(false);
    };
    futures::join!(call("ext", "/hang"), lost);
    let calls = |ended| outcome(&handle, "kaa_calls_total", ended);
    let ended = ["answered", "no-responders", "timed-out", "disconnected"].map(calls);
    assert_eq!(ended, [2, 1, 1, 1]);
}

#[tokio::test(start_paused = true)]
async fn what_does_not_leave_is_counted_by_reason() {
    let world = World::new().await;
    let caller = world.caller().await;
    let (handle, esp) = (caller.handle(), caller.handle().esp());
    let sent = |how| outcome(&handle, "kaa_sent_messages_total", how);
    let before = sent("sent");
    let send = async |data| {
        let _ = esp.call(&instance("nobody"), data, SendOptions::default()).await;
    };
    send(request("/ok")).await;
    assert!(sent("sent") > before);
    send(request("/ok").with_payload(vec![0; 2 * 1024 * 1024])).await;
    world.bus.set_connected(false);
    send(request("/ok")).await;
    assert_eq!((sent("failed"), sent("disconnected")), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_comes_back_is_a_reconnect() {
    let world = World::new().await;
    let handle = world.caller().await.handle();
    let seen = || (handle.metrics().gauge("kaa_connected", &[]).value(), counter(&handle, "kaa_reconnects_total"));
    assert_eq!(seen(), (1, 0));
    world.bus.set_connected(false);
    assert_eq!(seen(), (0, 0));
    world.bus.set_connected(true);
    assert_eq!(seen(), (1, 1));
}
