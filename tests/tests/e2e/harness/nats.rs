//! A nats-server of a test's own.

use std::{
    net::TcpListener,
    sync::atomic::{AtomicU16, Ordering},
};

use serde_json::Value;
use tokio::process::Command;
use xtask::tools::{Tool, find};

use super::Process;

/// Ports below those that the system gives away: one that a server has left is still free when it comes back.
const FIRST_PORT: u16 = 20_000;
const PORTS: u16 = 12_000;

/// A nats-server on loopback.
pub(crate) struct NatsServer {
    port: u16,
    arguments: Vec<String>,
    process: Option<Process>,
    monitor: String,
}

/// A client of the server, as the server sees it.
pub(crate) struct Connection {
    pub(crate) name: String,
    /// Messages that the client has sent.
    pub(crate) sent: u64,
    /// Subject and queue group.
    pub(crate) subscriptions: Vec<(String, Option<String>)>,
}

impl NatsServer {
    pub(crate) async fn start() -> Self {
        Self::with_arguments(&[]).await
    }

    /// A server that wants to know who is there.
    pub(crate) async fn with_user(user: &str, password: &str) -> Self {
        Self::with_arguments(&["--user", user, "--pass", password]).await
    }

    async fn with_arguments(arguments: &[&str]) -> Self {
        let arguments: Vec<String> = arguments.iter().map(|&argument| argument.to_owned()).collect();
        loop {
            let mut server =
                Self { port: free_port(), arguments: arguments.clone(), process: None, monitor: String::new() };
            // Another run of the tests may have been faster.
            if server.try_again().await {
                return server;
            }
        }
    }

    pub(crate) fn place(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub(crate) fn url(&self) -> String {
        format!("nats://{}", self.place())
    }

    /// Ends it at once.
    pub(crate) async fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().await;
        }
    }

    /// Starts it once more, where it was.
    pub(crate) async fn start_again(&mut self) {
        assert!(self.try_again().await, "port {} is no longer free", self.port);
    }

    async fn try_again(&mut self) -> bool {
        let mut command = Command::new(find(Tool::NatsServer).unwrap());
        command.args(["-a", "127.0.0.1", "-p", &self.port.to_string(), "-m", "-1"]).args(&self.arguments);
        let process = Process::start("nats-server", command);
        if process.find_line("Server is ready").await.is_none() {
            return false;
        }
        let monitor = process.line("Starting http monitor on ").await;
        self.monitor = format!("http://{}", monitor.rsplit_once(' ').unwrap().1);
        self.process = Some(process);
        true
    }

    /// Everybody who is connected.
    pub(crate) async fn connections(&self) -> Vec<Connection> {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let answer = http.get(format!("{}/connz?subs=detail", self.monitor)).send().await.unwrap();
        let answer: Value = answer.json().await.unwrap();
        answer["connections"].as_array().unwrap().iter().map(connection).collect()
    }
}

fn connection(seen: &Value) -> Connection {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let subscriptions = seen["subscriptions_list_detail"].as_array().into_iter().flatten();
    Connection {
        name: text(&seen["name"]).unwrap_or_default(),
        sent: seen["in_msgs"].as_u64().unwrap(),
        subscriptions: subscriptions.map(|one| (text(&one["subject"]).unwrap(), text(&one["qgroup"]))).collect(),
    }
}

fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    loop {
        // Different runs of the tests begin at different ports.
        let number = u32::from(NEXT.fetch_add(1, Ordering::Relaxed)) + std::process::id() * 97;
        let port = FIRST_PORT + u16::try_from(number % u32::from(PORTS)).unwrap();
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
