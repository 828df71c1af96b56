//! NATS goes away and comes back while devices send.

use std::{
    collections::BTreeMap,
    io::Write as _,
    net::TcpStream,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use kaa_ism::{CallError, SubjectFilter};
use kaa_service::{Service, Settings, transport::Transport as _};
use tokio::{
    sync::watch,
    task::{JoinSet, spawn_blocking},
    time::{Instant, timeout},
};

use crate::harness::{
    Device, Endpoint, Load, NatsServer, NoAnswer, Replica, TestPlatform, Version, WITHIN, caller, eventually, within,
};

const DEVICES: usize = 4;
/// After this the platform says that something takes too long: twice this, for the token and for the extension.
const PLATFORM: Duration = Duration::from_secs(2);
/// Each request is answered by then.
const DEADLINE: Duration = Duration::from_secs(6);

/// A service is not ready by then.
const NOTICED: Duration = Duration::from_secs(5);

/// How often each code has been answered, by device.
type Codes = Vec<BTreeMap<i32, usize>>;

#[tokio::test(flavor = "multi_thread")]
async fn devices_stay_connected_while_nats_is_away() {
    let mut nats = NatsServer::start().await;
    let millis = u64::try_from(PLATFORM.as_millis()).unwrap();
    let settings = Settings::new("minikaa").unwrap();
    let settings = settings.with("kaa.kpc.extension.timeout", millis).with("kaa.kpc.ecap.timeout", millis);
    let platform = TestPlatform::start(Some(&nats), settings).await;
    let stop = Arc::new(AtomicBool::new(false));
    let codes = watch::Sender::new(Codes::new());
    let mut devices = JoinSet::new();
    for index in 0..DEVICES {
        let (endpoint, device) = (platform.register().await, platform.device(Version::V311).await);
        codes.send_modify(|codes| codes.push(BTreeMap::new()));
        devices.spawn(send(index, endpoint, device, stop.clone(), codes.clone()));
    }

    more(&codes, "samples are acknowledged", 20, |code| code == 200).await;
    nats.stop().await;
    more(&codes, "samples are refused without NATS", 10, |code| matches!(code, 503 | 504)).await;
    nats.start_again().await;
    more(&codes, "samples are acknowledged again", 20, |code| code == 200).await;

    stop.store(true, Ordering::Relaxed);
    within("all devices end", async { while devices.join_next().await.transpose().unwrap().is_some() {} }).await;
    for codes in codes.borrow().iter() {
        assert!(codes.keys().all(|code| matches!(code, 200 | 503 | 504)), "{codes:?}");
    }
    assert_eq!(platform.rest.get("/health/ready").await, "ready\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_told_at_once_that_nats_is_away_and_go_on_when_it_is_back() {
    const CALLERS: usize = 50;
    let mut nats = NatsServer::start().await;
    let (caller, _hello) = (caller(&nats).await, Replica::hello(&nats).await);
    let load = Load::start(&caller.handle(), CALLERS, DEADLINE);
    load.answers(4 * CALLERS).await;
    nats.stop().await;
    load.until("calls fail", |report| report.failures.len() >= 4 * CALLERS).await;
    nats.start_again().await;
    load.answers(4 * CALLERS).await;
    let report = load.finish().await;
    for failure in &report.failures {
        let Err(error) = &failure.error else { panic!("{failure:?}") };
        // The caller may be back before the extension is.
        let is_told = error.is_disconnected() || matches!(error, CallError::NoResponders { .. });
        assert!(is_told, "{failure:?}");
    }
}

#[tokio::test(flavor = "current_thread")]
async fn a_loss_is_noticed_while_a_slow_subscription_is_flooded() {
    let mut nats = NatsServer::start().await;
    let settings = Settings::new("slow").unwrap().with_nats_urls([nats.url()]);
    let transport = kaa_nats::connect(&settings).await.unwrap();
    let _slow = transport.subscribe(SubjectFilter::parse("flood").unwrap(), None).await.unwrap();
    transport.flush().await.unwrap();
    let service = Service::new(settings, transport.clone()).start().await.unwrap();
    let place = nats.place();
    let flood = spawn_blocking(move || flood(&place));
    // From now on what the client tells about the subscription fills its queue of events.
    eventually("the subscription is too slow", async || (transport.dropped() >= 1000).then_some(())).await;

    nats.stop().await;
    let mut connection = transport.connection();
    let is_noticed = timeout(NOTICED, connection.wait_for(|connection| !connection.up)).await.is_ok();
    assert!(is_noticed, "{:?}", service.handle());
    within("the flood ends", flood).await.unwrap();
    nats.start_again().await;
    within("it is back", connection.wait_for(|connection| connection.up)).await.unwrap();
}

/// Publishes as fast as the server takes it, as long as there is one.
fn flood(place: &str) {
    let mut server = TcpStream::connect(place).unwrap();
    server.write_all(b"CONNECT {\"verbose\":false}\r\n").unwrap();
    let many = b"PUB flood 1\r\nx\r\n".repeat(1000);
    while server.write_all(&many).is_ok() {}
}

/// Waits until every device has got `count` more such answers.
async fn more(codes: &watch::Sender<Codes>, what: &str, count: usize, is_wanted: impl Fn(i32) -> bool) {
    let wanted = |codes: &Codes| -> Vec<usize> {
        let of_device =
            |codes: &BTreeMap<i32, usize>| codes.iter().filter(|(code, _)| is_wanted(**code)).map(|(_, n)| n).sum();
        codes.iter().map(of_device).collect()
    };
    let mut codes = codes.subscribe();
    let before = wanted(&codes.borrow());
    let enough = |codes: &Codes| wanted(codes).iter().zip(&before).all(|(now, before)| *now >= before + count);
    if timeout(WITHIN, codes.wait_for(enough)).await.is_err() {
        panic!("{what}: not within {WITHIN:?}: {:?}", codes.borrow());
    }
}

/// Sends one sample after the other. None is without an answer at its deadline, and the connection stays.
async fn send(index: usize, endpoint: Endpoint, device: Device, stop: Arc<AtomicBool>, codes: watch::Sender<Codes>) {
    let mut number = 0_u32;
    while !stop.load(Ordering::Relaxed) {
        number += 1;
        let topic = endpoint.topic("dcx", &format!("json/{number}"));
        let started = Instant::now();
        match device.request(&topic, b"[1]", DEADLINE).await {
            Ok(answer) => codes.send_modify(|codes| *codes[index].entry(answer.code()).or_default() += 1),
            Err(NoAnswer::TimedOut) => {
                panic!("request {number} of device {index}: no answer after {:?}", started.elapsed())
            }
            Err(NoAnswer::Closed) => panic!("request {number} of device {index}: the connection was closed"),
        }
    }
    assert!(device.is_open());
}
