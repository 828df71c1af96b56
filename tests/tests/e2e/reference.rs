//! The reference services as programs: what each of them tells an operator.

use std::net::{SocketAddr, TcpListener};

use reqwest::Method;
use tempfile::{NamedTempFile, TempDir};

use crate::harness::{NatsServer, Process, Rest, config_file, program};

/// A program tries each of them for two seconds: longer than it is looked at.
const SILENT_SERVERS: usize = 15;

/// A reference service, with a management port.
struct Program {
    process: Process,
    management: Rest,
    _settings: NamedTempFile,
    _data: TempDir,
}

impl Program {
    /// Starts it, and waits for its management port. REST is on `rest`, if it has any.
    async fn start(name: &str, rest: u16, nats: &str) -> Self {
        let data = TempDir::new().unwrap();
        let own = match name {
            "kpc" => "kaa.kpc.transports.mqtt.tcp: {host: 127.0.0.1, port: 0}".to_owned(),
            "dcx" => String::new(),
            _ => format!("server.port: {rest}\nkaa.{name}.sqlite.path: {}/data.db", data.path().display()),
        };
        let settings = config_file(&format!("management.port: 0\n{own}\n"));
        let mut command = program(name);
        command.env("NATS_URLS", nats).env("APP_CONFIG_PATH", settings.path()).env("RUST_LOG", "info");
        let process = Process::start(name, command);
        let line = process.line("management address=").await;
        let port = line.rsplit_once(':').unwrap().1.trim().parse().unwrap();
        let management = Rest::new(SocketAddr::from(([127, 0, 0, 1], port)));
        Self { process, management, _settings: settings, _data: data }
    }
}

/// On a server it is ready and tells its metrics, and ends when it is asked to.
async fn tells_how_it_goes(name: &str, rest: u16) {
    let nats = NatsServer::start().await;
    let mut program = Program::start(name, rest, &nats.url()).await;
    program.process.line(": ready ").await;
    program.management.says_ready(200, "ready").await;
    assert_eq!(program.management.get("/health").await, "alive\n");
    let metrics = program.management.get("/metrics").await;
    let connected = format!("\nkaa_connected{{service=\"{name}\"}} 1\n");
    assert!(metrics.as_str().unwrap().contains(&connected), "{metrics}");
    if rest != 0 {
        let page = Rest::new(SocketAddr::from(([127, 0, 0, 1], rest))).send(Method::GET, "/health", None).await;
        assert_eq!(page.0, 404, "REST is another port: {page:?}");
    }
    program.process.terminate();
    assert!(program.process.ended().await.success());
    let output = program.process.output();
    assert!(!output.contains("unknown"), "{output}");
}

/// A port that was free a moment ago.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[tokio::test(flavor = "multi_thread")]
async fn kpc_tells_how_it_goes() {
    tells_how_it_goes("kpc", 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn dcx_tells_how_it_goes() {
    tells_how_it_goes("dcx", 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cm_tells_how_it_goes_beside_its_rest() {
    tells_how_it_goes("cm", free_port()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn epr_tells_how_it_goes_beside_its_rest() {
    tells_how_it_goes("epr", free_port()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_of_them_are_alive_and_not_ready_while_they_wait_for_nats() {
    // It takes connections, and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let urls = vec![format!("nats://{}", silent.local_addr().unwrap()); SILENT_SERVERS].join(",");
    for name in ["kpc", "dcx", "cm", "epr"] {
        let program = Program::start(name, free_port(), &urls).await;
        assert_eq!(program.management.get("/health").await, "alive\n");
        let page = program.management.send(Method::GET, "/health/ready", None).await;
        assert_eq!(page, (503, "no service runs\n".into()), "{name}");
    }
}
