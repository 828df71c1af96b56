//! `device-sim` against `minikaa`, both as processes, as in `cargo xtask demo`.

use tempfile::TempDir;

use crate::harness::{NatsServer, Process, program};

async fn every_sample_of_simulated_devices_arrives(nats: Option<&NatsServer>) {
    let data = TempDir::new().unwrap();
    let mut minikaa = program("minikaa");
    minikaa.args(["--mqtt", "127.0.0.1:0", "--http", "127.0.0.1:0", "--data"]).arg(data.path());
    if let Some(nats) = nats {
        minikaa.args(["--nats", &nats.url()]);
    }
    let mut minikaa = Process::start("minikaa", minikaa);
    let greeting = minikaa.line("minikaa is ready: ").await;
    let part = |prefix: &str| greeting.split([' ', ',']).skip_while(|&word| word != prefix).nth(1).unwrap();

    let mut devices = program("device-sim");
    devices.args(["--mqtt", part("MQTT"), "--http", &format!("http://{}", part("HTTP"))]);
    devices.args(["--samples", "20", "--interval", "5"]);
    let mut devices = Process::start("device-sim", devices);
    let status = devices.ended().await;
    assert!(status.success(), "device-sim: {status}");

    minikaa.terminate();
    let status = minikaa.ended().await;
    assert!(status.success(), "minikaa: {status}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_sample_of_simulated_devices_arrives_on_the_embedded_bus() {
    every_sample_of_simulated_devices_arrives(None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_sample_of_simulated_devices_arrives_on_nats() {
    every_sample_of_simulated_devices_arrives(Some(&NatsServer::start().await)).await;
}
