//! A nats-server of a test's own.

use std::{
    collections::BTreeSet,
    net::TcpListener,
    sync::atomic::{AtomicU16, Ordering},
};

use serde_json::Value;
use tempfile::NamedTempFile;
use tokio::process::Command;
use xtask::tools::{Tool, find};

use super::{Process, config_file, eventually};

/// Ports below those that the system gives away: one that a server has left is still free when it comes back.
const FIRST_PORT: u16 = 20_000;
const PORTS: u16 = 12_000;

/// How many ports are tried.
const TRIES: usize = 10;

/// A nats-server on loopback.
pub(crate) struct NatsServer {
    port: u16,
    arguments: Vec<String>,
    /// `nats-server.conf`, if it has one.
    configuration: Option<NamedTempFile>,
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

    /// A server with this `nats-server.conf`.
    pub(crate) async fn with_configuration(configuration: &str) -> Self {
        let file = config_file(configuration);
        let mut server = Self::with_arguments(&["-c", file.path().to_str().unwrap()]).await;
        server.configuration = Some(file);
        server
    }

    /// Servers that know each other.
    pub(crate) async fn cluster<const SIZE: usize>() -> [Self; SIZE] {
        'again: for _ in 0..TRIES {
            let routes = [(); SIZE].map(|()| format!("nats://127.0.0.1:{}", free_port()));
            let others = routes.join(",");
            let mut servers = routes
                .each_ref()
                .map(|own| Self::new(&["--cluster_name", "tests", "--cluster", own, "--routes", &others]));
            for server in &mut servers {
                if !server.try_again().await {
                    continue 'again;
                }
            }
            for server in &servers {
                server.knows(SIZE - 1).await;
            }
            return servers;
        }
        panic!("the servers do not start")
    }

    async fn with_arguments(arguments: &[&str]) -> Self {
        for _ in 0..TRIES {
            let mut server = Self::new(arguments);
            // Another run of the tests may have been faster.
            if server.try_again().await {
                return server;
            }
        }
        panic!("nats-server does not start")
    }

    fn new(arguments: &[&str]) -> Self {
        let arguments = arguments.iter().map(|&argument| argument.to_owned()).collect();
        Self { port: free_port(), arguments, configuration: None, process: None, monitor: String::new() }
    }

    pub(crate) fn place(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub(crate) fn url(&self) -> String {
        format!("nats://{}", self.place())
    }

    /// Waits until so many other servers of its cluster are there.
    pub(crate) async fn knows(&self, others: usize) {
        eventually("the servers know each other", async || {
            let answer = self.monitored("routez").await;
            let routes = answer["routes"].as_array().into_iter().flatten();
            let known: BTreeSet<_> = routes.filter_map(|route| route["remote_id"].as_str()).collect();
            (known.len() == others).then_some(())
        })
        .await;
    }

    /// What it has printed since it was started last.
    pub(crate) fn output(&self) -> String {
        self.process.as_ref().map(Process::output).unwrap_or_default()
    }

    /// Gives it another `nats-server.conf`, for when it starts once more.
    pub(crate) fn reconfigure(&self, configuration: &str) {
        std::fs::write(self.configuration.as_ref().unwrap().path(), configuration).unwrap();
    }

    /// Ends it at once.
    pub(crate) async fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().await;
        }
    }

    /// Stops it where it is: its connections stay, and nothing passes.
    pub(crate) fn freeze(&self) {
        self.process.as_ref().unwrap().freeze();
    }

    /// Lets it go on after [`freeze`](Self::freeze).
    pub(crate) fn thaw(&self) {
        self.process.as_ref().unwrap().thaw();
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
        let answer = self.monitored("connz?subs=detail").await;
        answer["connections"].as_array().unwrap().iter().map(connection).collect()
    }

    async fn monitored(&self, what: &str) -> Value {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let answer = http.get(format!("{}/{what}", self.monitor)).send().await.unwrap();
        answer.json().await.unwrap()
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
