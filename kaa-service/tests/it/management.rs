//! What an operator is told.

use std::time::Duration;

use futures::future::join_all;
use kaa_esp::{ClientData, Reply, extension};
use kaa_ism::{Bus as _, SubjectFilter};
use kaa_service::{
    ErrorKind, Limits, Management, MemoryBus, NotReady, RunningService, Service, Settings, Transport as _,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use crate::support::*;

fn management(services: &[&RunningService]) -> Management {
    let management = Management::new();
    services.iter().for_each(|service| management.add(&service.handle()));
    management
}

/// Status and text of a page.
async fn get(management: &Management, path: &str) -> (u16, String) {
    let page = management.get(path).await;
    (page.status, page.body)
}

async fn ready(management: &Management) -> (u16, String) {
    get(management, "/health/ready").await
}

fn said(status: u16, text: &str) -> (u16, String) {
    (status, text.to_owned())
}

#[tokio::test(start_paused = true)]
async fn it_is_alive_whatever_happens() {
    let world = World::new().await;
    let ext = world.serve(scripted()).await;
    let management = management(&[&ext]);
    assert_eq!(get(&management, "/health").await, said(200, "alive\n"));
    world.bus.set_connected(false);
    assert_eq!(get(&management, "/health").await, said(200, "alive\n"));
    assert_eq!(get(&Management::new(), "/health").await.0, 200);
    assert_eq!(get(&management, "/health/").await.0, 404);
}

#[tokio::test(start_paused = true)]
async fn it_is_ready_while_the_bus_carries_messages() {
    let world = World::new().await;
    let ext = world.serve(scripted()).await;
    let management = management(&[&ext]);
    assert_eq!(ready(&management).await, said(200, "ready\n"));
    world.bus.set_connected(false);
    assert_eq!(ready(&management).await, said(503, "ext: not connected to the bus\n"));
    world.bus.set_connected(true);
    assert_eq!(ready(&management).await, said(200, "ready\n"));
}

#[tokio::test(start_paused = true)]
async fn it_is_not_ready_before_its_start_and_says_so_within_a_second() {
    let world = World::new().await;
    let mut service = world.service("ext").serve(scripted());
    let handle = service.handle();
    let before = world.elapsed();
    assert_eq!(handle.ready().await, Err(NotReady::NoRoundTrip));
    assert!(world.elapsed() - before <= Duration::from_millis(1100));
    let _running = service.start().await.unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(handle.ready().await, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn it_is_not_ready_as_soon_as_it_drains_and_forgotten_when_it_has_ended() {
    let world = World::new().await;
    let (role, mut gate) = gated();
    let ext = world.serve(role).await;
    let management = management(&[&ext]);
    world.send(request("/x")).await;
    gate.begun().await;
    assert_eq!(ready(&management).await.0, 200);
    let ending = tokio::spawn(ext.shutdown());
    tokio::task::yield_now().await;
    assert_eq!(ready(&management).await, said(503, "ext: shutting down\n"));
    gate.let_go(1);
    ending.await.unwrap();
    assert_eq!(ready(&management).await, said(503, "no service runs\n"));
    assert_eq!(get(&management, "/metrics").await, said(200, ""));
}

#[tokio::test(start_paused = true)]
async fn losses_are_told_for_a_minute() {
    let bus = MemoryBus::with_capacity(1);
    let _slow = bus.subscribe(SubjectFilter::parse("slow").unwrap(), None).await.unwrap();
    // Before the service is there: it is not its loss.
    publish(&bus, "slow", None, "1").await;
    publish(&bus, "slow", None, "2").await;
    let ext = Service::new(Settings::new("ext").unwrap(), bus.clone()).start().await.unwrap();
    let handle = ext.handle();
    assert_eq!(handle.ready().await, Ok(()));
    publish(&bus, "slow", None, "3").await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(handle.ready().await, Err(NotReady::Losing));
    tokio::time::sleep(Duration::from_secs(58)).await;
    assert_eq!(handle.ready().await, Err(NotReady::Losing));
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(handle.ready().await, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn overload_is_told_for_ten_seconds() {
    let world = World::new().await;
    let (role, mut gate) = gated();
    let limits = Limits::default().with_in_work(1).with_waiting(0);
    let ext = world.service("ext").with_limits(limits).serve(role).start().await.unwrap();
    let handle = ext.handle();
    for _ in 0..2 {
        world.send(request("/x")).await;
    }
    gate.begun().await;
    idle().await;
    assert_eq!(handle.ready().await, Err(NotReady::Overloaded));
    tokio::time::sleep(Duration::from_secs(11)).await;
    assert_eq!(handle.ready().await, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn however_often_it_is_asked_there_is_one_round_trip_a_second() {
    let world = World::new().await;
    let ext = world.serve(scripted()).await;
    let handle = ext.handle();
    let pings = format!("kaa.v1.replica.{}.ism.ping", handle.identity().replica);
    let mut pings = Raw::listen(&world.bus, &pings).await;
    for expected in [1, 1] {
        let all = join_all((0..100).map(|_| handle.ready())).await;
        assert!(all.iter().all(Result::is_ok));
        assert_eq!(pings.here().len(), expected);
        assert_eq!(handle.ready().await, Ok(()));
        assert!(pings.here().is_empty());
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn who_asks_and_goes_away_holds_up_nobody() {
    let world = World::new().await;
    let ext = world.serve(scripted()).await;
    let handle = ext.handle();
    let mut asking = Box::pin(handle.ready());
    assert!(futures::poll!(&mut asking).is_pending());
    let mut behind = Box::pin(handle.ready());
    assert!(futures::poll!(&mut behind).is_pending());
    drop(asking);
    assert_eq!(behind.await, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn several_services_share_one_page_with_a_label_each() {
    let world = World::new().await;
    let (ext, caller) = (world.serve(scripted()).await, world.caller().await);
    let shared = management(&[&ext, &caller]);
    let (_, page) = get(&shared, "/metrics").await;
    assert!(page.contains("\nkaa_connected{service=\"caller\"} 1\nkaa_connected{service=\"ext\"} 1\n"), "{page}");
    assert_eq!(page.matches("# TYPE kaa_connected ").count(), 1);
    let other = world.service("ext").start().await.unwrap();
    let (_, page) = get(&management(&[&ext, &other]), "/metrics").await;
    for service in [&ext, &other] {
        let replica = service.handle().identity().replica.to_string();
        assert!(page.contains(&format!("kaa_connected{{service=\"ext\",replica=\"{replica}\"}} 1")), "{page}");
    }
    drop(caller);
    assert_eq!(ready(&shared).await, said(200, "ready\n"), "one that has been dropped is forgotten");
}

/// What a server answers to a request for a page.
async fn ask(address: std::net::SocketAddr, method: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn it_is_served_over_http() {
    let world = World::new().await;
    let ext = world.serve(extension(async |data: ClientData, _| Ok(Reply::bytes(data.payload)))).await;
    let server = management(&[&ext]).listen(([127, 0, 0, 1], 0).into()).await.unwrap();
    let address = server.address();
    let health = ask(address, "GET", "/health").await;
    assert!(health.starts_with("HTTP/1.1 200 OK\r\n") && health.ends_with("\r\n\r\nalive\n"), "{health}");
    let metrics = ask(address, "GET", "/metrics").await;
    assert!(metrics.contains("content-type: text/plain; version=0.0.4; charset=utf-8\r\n"), "{metrics}");
    assert!(metrics.contains("\nkaa_connected{service=\"ext\"} 1\n"), "{metrics}");
    let head = ask(address, "HEAD", "/health/ready").await;
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n") && head.ends_with("\r\n\r\n"), "{head}");
    let post = ask(address, "POST", "/health").await;
    assert!(post.starts_with("HTTP/1.1 405 ") && post.contains("allow: GET, HEAD\r\n"), "{post}");
    assert!(ask(address, "GET", "/").await.starts_with("HTTP/1.1 404 "));
    world.bus.set_connected(false);
    let ready = ask(address, "GET", "/health/ready").await;
    assert!(ready.starts_with("HTTP/1.1 503 ") && ready.ends_with("ext: not connected to the bus\n"), "{ready}");
    drop(server);
    while TcpStream::connect(address).await.is_ok() {}
}

fn settings(port: i64) -> Settings {
    Settings::new("ext").unwrap().with("management.port", port)
}

#[tokio::test]
async fn it_is_served_where_the_settings_say_from_before_there_is_a_service() {
    let management = Management::new();
    let server = management.listen_by(&settings(0)).await.unwrap().unwrap();
    let address = ([127, 0, 0, 1], server.address().port()).into();
    assert!(ask(address, "GET", "/health").await.starts_with("HTTP/1.1 200 "));
    let ready = ask(address, "GET", "/health/ready").await;
    assert!(ready.starts_with("HTTP/1.1 503 ") && ready.ends_with("no service runs\n"), "{ready}");
    let world = World::new().await;
    let ext = world.serve(scripted()).await;
    management.add(&ext.handle());
    assert!(ask(address, "GET", "/health/ready").await.starts_with("HTTP/1.1 200 "));

    assert!(management.listen_by(&settings(-1)).await.unwrap().is_none());
    let error = management.listen_by(&settings(server.address().port().into())).await.unwrap_err();
    assert!(error.to_string().contains("`management.port`"), "{error}");
    assert_eq!(management.listen_by(&settings(70_000)).await.unwrap_err().kind(), ErrorKind::Settings);
}

#[tokio::test]
async fn without_a_setting_it_is_on_8080_and_goes_without_if_that_is_taken() {
    // By us, or by somebody else.
    let taken = TcpListener::bind("0.0.0.0:8080").await;
    let listen = async || Management::new().listen_by(&Settings::new("ext").unwrap()).await.unwrap();
    assert!(listen().await.is_none() || taken.is_err());
    drop(taken);
    assert!(listen().await.is_none_or(|server| server.address().port() == 8080));
}

#[tokio::test(start_paused = true)]
async fn a_process_that_ends_something_else_first_is_not_ready_meanwhile_and_answers() {
    let mut world = World::new().await;
    let ext = world.serve(scripted()).await;
    let management = management(&[&ext]);
    assert_eq!(ready(&management).await.0, 200);
    management.drain();
    assert_eq!(ready(&management).await, said(503, "ext: shutting down\n"));
    world.send(request("/ok")).await;
    assert_eq!(world.status().await.0, 200);
}

#[tokio::test]
async fn a_service_that_runs_listens_where_its_settings_say() {
    let taken = TcpListener::bind("0.0.0.0:0").await.unwrap();
    let run = async |port: i64| Service::new(settings(port), MemoryBus::new()).run_until(async {}).await;
    let port = taken.local_addr().unwrap().port();
    let error = run(port.into()).await.unwrap_err().to_string();
    assert!(error.contains(&port.to_string()) && error.contains("`management.port`"), "{error}");
    let error = run(70_000).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Settings);
    assert!(error.to_string().contains("`management.port`: 70000 is no port"), "{error}");
    for fine in [0, -1] {
        run(fine).await.unwrap();
    }
}
