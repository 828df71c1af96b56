//! What only a newer nats-server can do: to begin with TLS.

use kaa_nats::connect;
use kaa_service::{Error, ErrorKind, Service, Settings};
use tempfile::NamedTempFile;
use tokio::process::Command;
use xtask::tools::{Tool, find};

use crate::harness::{Authority, Certificate, Process, Validity, config_file, within};

const LOCAL: &str = "127.0.0.1";

/// A nats-server that begins with TLS at once (`true`), or once a client has said nothing for a moment (`auto`).
struct Newer {
    url: String,
    _process: Process,
    _files: (NamedTempFile, Certificate),
}

impl Newer {
    async fn start(authority: &Authority, handshake_first: &str) -> Self {
        let certificate = authority.sign(LOCAL, Validity::Valid);
        let tls = certificate.tls_of_server(None).replacen(
            "tls: {",
            &format!("tls: {{handshake_first: {handshake_first}, "),
            1,
        );
        let configuration = config_file(&tls);
        let mut command = Command::new(find(Tool::NewerNatsServer).unwrap());
        command.args(["-a", LOCAL, "-p", "-1", "-c"]).arg(configuration.path());
        let process = Process::start("nats-server", command);
        let place = process.line("Listening for client connections on ").await;
        process.line("Server is ready").await;
        let url = format!("nats://{}", place.rsplit_once(' ').unwrap().1);
        Self { url, _process: process, _files: (configuration, certificate) }
    }
}

fn settings(server: &Newer, authority: &Authority, first: bool) -> Settings {
    let settings = Settings::new("hello").unwrap().with_nats_urls([server.url.as_str()]);
    settings.with("nats.tls.ca", authority.file()).with("nats.tls.first", first)
}

async fn works(settings: Settings) {
    let transport = connect(&settings).await.unwrap();
    let running = Service::new(settings, transport).start().await.unwrap();
    within("shutting down", running.shutdown()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_begins_with_tls_is_spoken_to_where_tls_comes_first() {
    let authority = Authority::new("ours");
    let server = Newer::start(&authority, "true").await;
    works(settings(&server, &authority, true)).await;

    let other = Authority::new("theirs");
    let error: Error = within("an error", connect(&settings(&server, &other, true))).await.unwrap_err();
    let expected = format!("is not signed by the authority in `nats.tls.ca` ({})", other.file());
    assert!(error.to_string().contains(&expected), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_waits_for_tls_to_begin_is_told_apart_from_one_that_is_silent() {
    let authority = Authority::new("ours");
    let server = Newer::start(&authority, "true").await;
    let error = within("an error", connect(&settings(&server, &authority, false))).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Bus, "{error}");
    assert!(error.to_string().contains("`nats.tls.first`"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_lets_clients_choose_is_spoken_to_in_either_order() {
    let authority = Authority::new("ours");
    let server = Newer::start(&authority, "auto").await;
    for first in [true, false] {
        works(settings(&server, &authority, first)).await;
    }
}
