//! The server goes away or stops while a service works, and comes back.

use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::{
    cluster::node_of,
    harness::{NatsServer, Worker},
};

/// It calls itself and publishes all the time.
const BUSY: &str = "worker: {callers: 20, publishers: 16}";
/// Before memory is looked at.
const WARM: u64 = 2_000;
/// What memory may grow by, in MiB. For a server that does not read, the client keeps up to 2048 messages: here 16 MiB.
const GROWTH: u64 = 48;
const DISCONNECTED: &str = "worker: not connected to the bus";
const SILENT: &str = "worker: the bus does not carry messages";

/// A service that has been at work for some time.
struct Watched {
    worker: Worker,
    /// MiB.
    before: u64,
}

impl Watched {
    async fn start(urls: &str) -> Self {
        let worker = Worker::start(urls, BUSY).await;
        worker.says(200, "ready").await;
        worker.handles(WARM).await;
        let before = worker.process.memory().now;
        Self { worker, before }
    }

    /// Until then it is alive, not ready, and tries to send.
    async fn gets_by(&self, end: Instant) {
        let attempts = async || self.worker.metric("worker_attempts_total", &[]).await;
        let (before, begin) = (attempts().await, Instant::now());
        let mut second = interval(Duration::from_secs(1));
        second.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while Instant::now() < end {
            second.tick().await;
            self.worker.lives().await;
            let (status, text) = self.worker.ready().await;
            assert!(status == 503 && [DISCONNECTED, SILENT].iter().any(|why| text.contains(why)), "{status} {text}");
        }
        let (attempts, seconds) = (attempts().await - before, begin.elapsed().as_secs());
        assert!(attempts > seconds, "{attempts} messages in {seconds} s");
    }

    /// It works as before, and has kept nothing of what could not be sent.
    async fn works_as_before(self, what: &str) {
        self.worker.handles(WARM).await;
        let (before, after) = (self.before, self.worker.process.memory());
        println!("{what}: {before} MiB before, {} MiB after, {} MiB at most", after.now, after.most);
        assert!(after.most <= before + GROWTH, "{what}: {before} MiB before, {after:?}");
        assert_eq!(self.worker.metric("worker_handled_again_total", &[]).await, 0);
        self.worker.leaves().await;
    }
}

async fn outlives_a_minute_without_its_server() {
    let mut nats = NatsServer::start().await;
    let watched = Watched::start(&nats.url()).await;
    nats.stop().await;
    let end = Instant::now() + Duration::from_secs(60);
    watched.worker.says(503, DISCONNECTED).await;
    watched.gets_by(end).await;
    nats.start_again().await;
    watched.worker.says(200, "ready").await;
    watched.works_as_before("60 s without a server").await;
}

async fn outlives_ten_seconds_of_a_server_that_stands_still() {
    let nats = NatsServer::start().await;
    let watched = Watched::start(&nats.url()).await;
    nats.freeze();
    let end = Instant::now() + Duration::from_secs(10);
    watched.worker.says(503, SILENT).await;
    watched.gets_by(end).await;
    nats.thaw();
    watched.worker.says(200, "ready").await;
    watched.works_as_before("10 s of a server that stands still").await;
}

/// Both at once: most of the time of either is waiting.
#[tokio::test(flavor = "multi_thread")]
async fn a_service_outlives_a_minute_without_its_server_and_ten_seconds_of_one_that_stands_still() {
    tokio::join!(outlives_a_minute_without_its_server(), outlives_ten_seconds_of_a_server_that_stands_still());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_outlives_the_loss_of_its_node_of_a_cluster() {
    let mut nodes = NatsServer::cluster::<3>().await;
    let urls: Vec<_> = nodes.iter().map(NatsServer::url).collect();
    let watched = Watched::start(&urls.join(",")).await;
    let lost = node_of(&nodes, "worker").await;
    nodes[lost].stop().await;
    // The other nodes are there: how short the time is in which it is not ready, nobody says.
    watched.worker.reconnects(1).await;
    watched.worker.says(200, "ready").await;
    watched.worker.handles(WARM).await;
    nodes[lost].start_again().await;
    nodes[lost].knows(2).await;
    watched.worker.says(200, "ready").await;
    watched.works_as_before("a node of three lost").await;
}
