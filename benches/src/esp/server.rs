//! A nats-server of its own.

use std::{
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use async_nats::Client;
use futures::StreamExt as _;
use xtask::tools::{Tool, find};

pub(crate) struct NatsServer {
    process: Child,
    url: String,
}

impl NatsServer {
    pub(crate) fn start() -> Self {
        let program = find(Tool::NatsServer).unwrap_or_else(|problem| panic!("{problem}"));
        let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port();
        let process = Command::new(program)
            .args(["--addr", "127.0.0.1", "--port", &port.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("nats-server starts");
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(started.elapsed() < Duration::from_secs(10), "nats-server does not listen");
            std::thread::sleep(Duration::from_millis(10));
        }
        Self { process, url: format!("nats://127.0.0.1:{port}") }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for NatsServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The server knows of all subscriptions of this client.
pub(crate) async fn settle(client: &Client) {
    let back = client.new_inbox();
    let mut returned = client.subscribe(back.clone()).await.expect("a subscription");
    client.publish(back, "".into()).await.expect("a connection");
    returned.next().await.expect("the server has seen the subscription, and those before it");
}
