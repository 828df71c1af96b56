//! What an operator is told of a process, while NATS goes away and comes back.

use std::{
    net::{SocketAddr, TcpListener},
    pin::pin,
    time::Duration,
};

use tokio::{
    net::TcpStream,
    time::{Instant, timeout},
};

use crate::harness::{NatsServer, Process, Rest, Worker, config_file, program};

/// What the port serves at once. Who sends nothing there gives up its place after ten seconds.
const PLACES: usize = 64;
/// Clients that send nothing: more than there are places, and fewer than twice as many.
const SILENT: usize = 100;
const LOOK_AGAIN: Duration = Duration::from_millis(100);

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

#[tokio::test(flavor = "multi_thread")]
async fn clients_that_send_nothing_take_a_bounded_number_of_places_and_for_a_bounded_time() {
    let nats = NatsServer::start().await;
    let worker = Worker::start(&nats.url(), "").await;
    worker.lives().await;
    let before = worker.process.open_files();
    let mut silent = Vec::new();
    for _ in 0..SILENT {
        silent.push(TcpStream::connect(worker.management).await.unwrap());
    }
    let asked = Instant::now();
    // On a connection of its own, behind all of them.
    let behind = Rest::new(worker.management);
    let mut health = pin!(behind.get("/health"));
    while timeout(LOOK_AGAIN, &mut health).await.is_err() {
        let open = worker.process.open_files();
        assert!(open <= before + PLACES, "{open} files and connections, {before} before");
    }
    println!("/health has answered behind {SILENT} silent clients after {:?}", asked.elapsed());
    worker.leaves().await;
}
