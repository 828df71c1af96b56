//! What an operator is told of a process, while NATS goes away and comes back.

use std::{
    net::{SocketAddr, TcpListener},
    time::Duration,
};

use tokio::{
    io::AsyncReadExt as _,
    net::TcpStream,
    task::JoinSet,
    time::{Instant, timeout},
};

use crate::harness::{NatsServer, Process, Rest, Worker, config_file, eventually, program};

/// What the port serves at once; one more may wait for a place.
const PLACES: usize = 64;
const SILENT: usize = 200;
const PROBES: usize = 20;
/// A liveness probe gives up later.
const AT_ONCE: Duration = Duration::from_secs(2);

/// A port that was free a moment ago.
fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_without_nats_is_alive_and_not_ready_until_it_is_back() {
    let mut nats = NatsServer::start().await;
    let address = free_address();
    let settings = config_file(&format!("management.port: {}", address.port()));
    let mut command = program("hello-extension");
    command.env("NATS_URLS", nats.url()).env("RUST_LOG", "info").env("APP_CONFIG_PATH", settings.path());
    let mut process = Process::start("hello-extension", command);
    process.line(": ready ").await;

    let rest = Rest::new(address);
    rest.says_ready(200, "ready").await;
    nats.stop().await;
    rest.says_ready(503, "hello: not connected to the bus").await;
    assert_eq!(rest.get("/health").await, "alive\n");
    nats.start_again().await;
    rest.says_ready(200, "ready").await;

    let metrics = rest.get("/metrics").await;
    let metrics = metrics.as_str().unwrap();
    assert!(metrics.contains("\nkaa_reconnects_total{service=\"hello\"} 1\n"), "{metrics}");
    process.terminate();
    assert!(process.ended().await.success());
}

/// A client that sends nothing, and comes back when it is cut.
async fn silent(address: SocketAddr) {
    while let Ok(mut stream) = TcpStream::connect(address).await {
        // It ends, or it is reset.
        let _ = stream.read(&mut [0]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_that_send_nothing_and_come_back_take_a_bounded_number_of_places_and_hold_up_nobody() {
    let nats = NatsServer::start().await;
    let worker = Worker::start(&nats.url(), "").await;
    worker.lives().await;
    let before = worker.process.open_files();
    let mut clients = JoinSet::new();
    for _ in 0..SILENT {
        clients.spawn(silent(worker.management));
    }
    eventually("all places taken", async || (worker.process.open_files() >= before + PLACES - 1).then_some(())).await;
    for _ in 0..PROBES {
        let asked = Instant::now();
        // On a connection of its own, behind those that wait already.
        let lives = timeout(AT_ONCE, Rest::new(worker.management).get("/health")).await;
        assert_eq!(lives.expect("an answer in time"), "alive\n");
        println!("/health has answered among {SILENT} silent clients after {:?}", asked.elapsed());
        let open = worker.process.open_files();
        assert!(open <= before + PLACES + 1, "{open} files and connections, {before} before");
    }
    assert!(clients.try_join_next().is_none(), "they have come back");
    worker.leaves().await;
}
