//! Applications that change while the service runs, in its file.

use std::{path::PathBuf, time::Duration};

use kaa_proves::proves;
use kaa_service::Settings;
use rumqttc::QoS;
use tempfile::TempDir;

use crate::{
    device::Device,
    platform::{Platform, SETTINGS},
};

/// A service with a settings file.
struct World {
    platform: Platform,
    device: Device,
    file: PathBuf,
    _folder: TempDir,
}

impl World {
    async fn new(applications: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("service-config.yml");
        std::fs::write(&file, text(applications)).unwrap();
        let mut platform = Platform::on(Settings::from_file("kpc", &file).unwrap()).await;
        platform.echo("dcx").await;
        platform.echo("cex").await;
        let device = Device::connect(platform.address()).await;
        Self { platform, device, file, _folder: folder }
    }

    /// Writes the file, and lets the time pass in which it is read.
    async fn write(&self, applications: &str, outcome: &str) {
        let before = self.platform.count("changes", outcome);
        std::fs::write(&self.file, text(applications)).unwrap();
        tokio::time::pause();
        for _ in 0..20 {
            tokio::time::sleep(Duration::from_secs(1)).await;
            if self.platform.count("changes", outcome) > before {
                break;
            }
        }
        tokio::time::resume();
        assert_eq!(self.platform.count("changes", outcome), before + 1);
    }

    /// What the next message is answered, over the same connection.
    async fn ask(&mut self, version: &str, extension: &str) -> String {
        let topic = format!("kp1/{version}/{extension}/tok-1/json/1");
        let answer = self.device.request(&topic, "echo", QoS::AtMostOnce).await;
        for code in ["403", "404"] {
            if answer.payload.contains(code) {
                assert_eq!(answer.topic, format!("{topic}/error"));
                return code.to_owned();
            }
        }
        answer.payload
    }
}

fn text(applications: &str) -> String {
    format!("{SETTINGS}kaa.applications: {applications}\n")
}

#[proves("KP-005")]
#[tokio::test]
async fn a_version_that_is_added_is_usable_and_one_that_is_removed_is_refused() {
    let mut world = World::new("{demo: {versions: {demo-v1: }}}").await;
    assert_eq!((world.ask("demo-v1", "dcx").await, world.ask("demo-v2", "dcx").await), ("echo".into(), "404".into()));
    world.write("{demo: {versions: {demo-v1: , demo-v2: }}}", "applied").await;
    assert_eq!((world.ask("demo-v1", "dcx").await, world.ask("demo-v2", "dcx").await), ("echo".into(), "echo".into()));
    world.write("{demo: {versions: {demo-v2: }}}", "applied").await;
    assert_eq!((world.ask("demo-v1", "dcx").await, world.ask("demo-v2", "dcx").await), ("404".into(), "echo".into()));
}

#[tokio::test]
async fn what_an_application_says_holds_for_its_versions() {
    let mut world = World::new("{demo: {versions: {demo-v1: }}}").await;
    assert_eq!(world.ask("demo-v1", "cex").await, "echo");
    let own = "demo-v2: {allowed-extension-instances: [cex]}";
    let changed = format!("{{demo: {{allowed-extension-instances: [dcx], versions: {{demo-v1: , {own}}}}}}}");
    world.write(&changed, "applied").await;
    assert_eq!((world.ask("demo-v1", "dcx").await, world.ask("demo-v1", "cex").await), ("echo".into(), "403".into()));
    assert_eq!((world.ask("demo-v2", "dcx").await, world.ask("demo-v2", "cex").await), ("403".into(), "echo".into()));
}

#[tokio::test]
async fn of_a_change_that_is_not_valid_nothing_comes_into_force() {
    let mut world = World::new("{demo: {versions: {demo-v1: }}}").await;
    for bad in [
        "{demo: {versions: {demo-v2: , demo-v1: {allowed-extension-instances: [d.x]}}}}",
        "{demo: {versions: {demo-v2: }}, other: {versions: {demo-v2: }}}",
        "{demo: {versions: {demo-v2: ",
    ] {
        world.write(bad, "refused").await;
        let answers = (world.ask("demo-v1", "dcx").await, world.ask("demo-v2", "dcx").await);
        assert_eq!(answers, ("echo".into(), "404".into()), "{bad}");
    }
    world.write("{demo: {versions: {demo-v2: }}}", "applied").await;
    assert_eq!(world.ask("demo-v2", "dcx").await, "echo");
}
