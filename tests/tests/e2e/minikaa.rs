//! What `minikaa` says when it cannot start: one clear line, no panic, and an exit code.

use std::{
    net::{SocketAddr, TcpListener},
    path::Path,
};

use tempfile::{NamedTempFile, TempDir};
use tokio::process::Command;

use crate::harness::{Process, config_file, program};

/// `minikaa` with free ports and these arguments on top.
fn minikaa(data: &Path, arguments: &[&str]) -> Command {
    let mut command = program("minikaa");
    for (option, value) in [("--mqtt", "127.0.0.1:0"), ("--http", "127.0.0.1:0"), ("--data", data.to_str().unwrap())] {
        if !arguments.contains(&option) {
            command.args([option, value]);
        }
    }
    command.args(arguments);
    command
}

/// It says so in one line that contains all of `wanted`.
async fn refuses(command: Command, wanted: &[&str]) {
    let mut process = Process::start("minikaa", command);
    let status = process.ended().await;
    assert!(status.code().is_some_and(|code| code != 0), "{status}");
    // What it has logged on the way is not what went wrong.
    let errors: Vec<_> = process.errors().into_iter().filter(|line| !line.contains(" INFO ")).collect();
    assert_eq!(errors.len(), 1, "{errors:#?}");
    for wanted in wanted {
        assert!(errors[0].contains(wanted), "{wanted:?} is missing in {:?}", errors[0]);
    }
    let output = process.output();
    assert!(!output.contains("panicked") && !output.contains("backtrace"), "{output}");
}

fn taken() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_mqtt_port_is_named() {
    let (data, (_listener, address)) = (TempDir::new().unwrap(), taken());
    let address = address.to_string();
    refuses(minikaa(data.path(), &["--mqtt", &address]), &["MQTT", &address, "in use", "--mqtt"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_http_port_is_named() {
    let (data, (_listener, address)) = (TempDir::new().unwrap(), taken());
    let address = address.to_string();
    refuses(minikaa(data.path(), &["--http", &address]), &["HTTP", &address, "in use", "--http"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unreachable_nats_server_is_named() {
    let data = TempDir::new().unwrap();
    refuses(minikaa(data.path(), &["--nats", "nats://127.0.0.1:1"]), &["NATS", "127.0.0.1:1", "refused", "--nats"])
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_configuration_that_cannot_be_read_is_named() {
    let data = TempDir::new().unwrap();
    let (missing, folder) = (data.path().join("missing.yml"), data.path().to_owned());
    for path in [missing, folder] {
        let mut command = minikaa(data.path(), &[]);
        command.env("APP_CONFIG_PATH", &path);
        refuses(command, &["configuration", path.to_str().unwrap(), "APP_CONFIG_PATH"]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_configuration_that_is_not_valid_is_named() {
    let data = TempDir::new().unwrap();
    for (yaml, wanted) in [("a: [", ""), ("kaa.kpc.limits.connections: many", "kaa.kpc.limits.connections")] {
        let config = config_file(yaml);
        let mut command = minikaa(data.path(), &[]);
        command.env("APP_CONFIG_PATH", config.path());
        refuses(command, &["configuration", config.path().to_str().unwrap(), wanted]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_folder_that_is_a_file_is_named() {
    let file = NamedTempFile::new().unwrap();
    let data = file.path();
    refuses(minikaa(data, &[]), &["data folder", data.to_str().unwrap(), "--data"]).await;
}
