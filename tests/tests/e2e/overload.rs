//! More arrives than is handled.

use std::{
    sync::{Arc, Mutex, mpsc},
    time::Duration,
};

use bytes::Bytes;
use futures::StreamExt as _;
use kaa_esp::{ClientData, Context, Esp as _, ExtensionData, ExtensionService, Reply, Status, extension};
use kaa_ism::{InstanceName, Message as _, SendOptions};
use kaa_nats::async_nats::{self, Client};
use kaa_service::{Limits, Management, NotReady, Service, Settings};
use tokio::{sync::Notify, task::block_in_place};

use crate::harness::{NatsServer, Worker, caller, eventually, within};

const REQUESTS: usize = 100_000;
/// How far the requests may be ahead of the answers 503: less than what a subscription holds.
const AHEAD: usize = 16_384;
/// What memory may grow by, in MiB, while more than 17,000 requests are in work and waiting.
const GROWTH: u64 = 64;
/// What a subscription of the client holds.
const CAPACITY: usize = 64 << 10;
/// What is sent beyond that.
const EXCESS: usize = 4096;
const SLOW: &str = "messages were lost less than a minute ago because a subscription is too slow";
const FULL: &str = "messages were refused less than ten seconds ago because too many are waiting";

/// The bytes of a request for an answer. It never expires.
fn request(path: &str, number: usize) -> Bytes {
    let mut data = ClientData::new("demo-v1", path).with_endpoint_id(format!("ep-{number}")).with_request_id(1);
    data.correlation_id = number.to_string();
    data.to_bytes()
}

async fn client(nats: &NatsServer) -> Client {
    within("a connection to NATS", async_nats::connect(nats.url())).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_requests_for_a_handler_that_sleeps_are_bounded_and_told() {
    let nats = NatsServer::start().await;
    let (worker, client) = (Worker::start(&nats.url(), "").await, client(&nats).await);
    let before = worker.process.memory().now;
    let reply_to = "kaa.v1.replica.flood.esp.ExtensionData";
    let mut answers = client.subscribe(reply_to).await.unwrap();
    let limits = Limits::default();
    let (kept, mut refused) = (limits.in_work + limits.waiting, 0);
    within("all requests", async {
        let mut refuse = async || {
            let answer = ExtensionData::decode(&answers.next().await.unwrap().payload).unwrap();
            assert_eq!((answer.status_code, answer.request_id), (503, Some(1)), "{answer:?}");
        };
        for number in 0..REQUESTS {
            let request = request("/never", number);
            client.publish_with_reply("kaa.v1.service.worker.esp.ClientData", reply_to, request).await.unwrap();
            if number + 1 > kept + AHEAD + refused {
                refuse().await;
                refused += 1;
            }
        }
        while refused < REQUESTS - kept {
            refuse().await;
            refused += 1;
        }
    })
    .await;

    let after = worker.process.memory();
    println!("{REQUESTS} requests, {kept} of them kept: {before} MiB before, {after:?} after");
    assert!(after.most <= before + GROWTH, "{before} MiB before, {after:?}");
    assert_eq!(worker.ready().await, (503, format!("worker: {FULL}\n")));
    worker.lives().await;
    let of = |outcome| [("message", "ClientData"), ("outcome", outcome)];
    let expected = u64::try_from(refused).unwrap();
    assert_eq!(worker.metric("kaa_messages_total", &of("overloaded")).await, expected);
    assert_eq!(worker.metric("kaa_answers_total", &of("sent")).await, expected);
    let gauge = async |name: &str| usize::try_from(worker.metric(name, &[("message", "ClientData")]).await).unwrap();
    assert_eq!(gauge("kaa_messages_in_work").await, limits.in_work);
    assert_eq!(gauge("kaa_messages_waiting").await, limits.waiting);
    assert_eq!(worker.metric("kaa_dropped_messages_total", &[]).await, 0);
}

/// Blocks the task of its role until it is told to go on.
struct Blocking {
    begun: Arc<Notify>,
    go_on: Mutex<mpsc::Receiver<()>>,
}

impl ExtensionService for Blocking {
    async fn handle(&self, data: ClientData, _context: Context) -> Result<Reply, Status> {
        if data.resource_path == "/block" {
            self.begun.notify_one();
            // An end of the test is a reason to go on too.
            let _ = block_in_place(|| self.go_on.lock().unwrap().recv());
        }
        Ok(Reply::bytes(data.payload))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn messages_that_a_slow_subscription_loses_are_counted_and_told() {
    let nats = NatsServer::start().await;
    let (begun, (go_on, gate)) = (Arc::new(Notify::new()), mpsc::channel());
    let settings = Settings::new("slow").unwrap().with_nats_urls([nats.url()]);
    let transport = kaa_nats::connect(&settings).await.unwrap();
    let role = extension(Blocking { begun: begun.clone(), go_on: Mutex::new(gate) });
    let slow = Service::new(settings, transport).serve(role).start().await.unwrap();
    let (handle, management) = (slow.handle(), Management::new());
    management.add(&handle);
    assert_eq!(handle.ready().await, Ok(()));

    let (client, target) = (client(&nats).await, "kaa.v1.service.slow.esp.ClientData");
    client.publish(target, request("/block", 0)).await.unwrap();
    within("the handler blocks", begun.notified()).await;
    let lost = async || {
        let text = management.get("/metrics").await.body;
        let line = text.lines().find_map(|line| line.strip_prefix("kaa_dropped_messages_total{service=\"slow\"} "));
        line.unwrap_or_else(|| panic!("{text}")).parse::<usize>().unwrap()
    };
    assert_eq!(lost().await, 0);
    let flood = CAPACITY + EXCESS;
    for number in 1..=flood {
        client.publish(target, request("/hello", number)).await.unwrap();
    }
    client.flush().await.unwrap();
    eventually("a loss is counted", async || (lost().await > 0).then_some(())).await;
    // What was found before holds for a second.
    eventually("readiness tells", async || (handle.ready().await == Err(NotReady::Losing)).then_some(())).await;
    let page = management.get("/health/ready").await;
    assert_eq!((page.status, page.body), (503, format!("slow: {SLOW}\n")));
    assert_eq!(management.get("/health").await.status, 200);

    go_on.send(()).unwrap();
    let handled = || usize::try_from(handle.metrics().sum("kaa_messages_total", ("outcome", "handled"))).unwrap();
    // From then on there is room.
    eventually("it goes on", async || (handled() > EXCESS).then_some(())).await;
    let caller = caller(&nats).await;
    let (to, hello) = (InstanceName::parse("slow").unwrap(), ClientData::new("demo-v1", "/hello").with_request_id(1));
    let options = SendOptions::default().with_timeout(Duration::from_secs(30));
    let answer = caller.handle().esp().call(&to, hello, options).await.unwrap();
    assert_eq!(answer.status_code, 200);
    // What has arrived by then has been handled in front of it.
    let (handled, lost) = (handled(), lost().await);
    assert!(handled > CAPACITY && handled + lost <= flood + 2, "{handled} handled, {lost} lost");
    within("shutting down", async { (caller.shutdown().await, slow.shutdown().await) }).await;
}
