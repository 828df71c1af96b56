//! `cargo xtask demo`: a platform on this machine, and devices that talk through it.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    net::TcpListener,
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
};

use anyhow::{Context as _, Result, bail, ensure};
use clap::Args as ClapArgs;

use crate::command::{self, root};

#[derive(ClapArgs)]
pub(crate) struct Args {
    /// Send some samples, print the summary and leave: exit code 0 only if every sample was acknowledged and every event
    /// was seen.
    #[arg(long)]
    once: bool,
    /// Use this NATS server instead of the bus within the process.
    #[arg(long, value_name = "URL")]
    nats: Option<String>,
}

const MQTT: &str = "127.0.0.1:1883";
const HTTP: &str = "127.0.0.1:8080";
/// Samples of each device with `--once`.
const SAMPLES: &str = "50";
const MILLISECONDS_BETWEEN: &str = "20";

pub(crate) fn run(args: &Args) -> Result<()> {
    command::Command::cargo("build").packages(&["minikaa", "device-sim"]).run_aside()?;
    let platform = Platform::start(args)?;
    println!("{}", platform.greeting);
    let devices = platform.run_devices(args.once);
    let ended = platform.end();
    ensure!(devices?.success(), "the devices were not served as they should be");
    ensure!(ended?.success(), "minikaa did not end as it should");
    Ok(())
}

/// minikaa, running.
struct Platform {
    process: Child,
    /// Kept open: minikaa may print.
    _output: BufReader<ChildStdout>,
    greeting: String,
    mqtt: String,
    http: String,
}

impl Platform {
    fn start(args: &Args) -> Result<Self> {
        let data = root().join("target/demo");
        if data.exists() {
            fs::remove_dir_all(&data).with_context(|| format!("cannot clear {}", data.display()))?;
        }
        let mut command = Command::new(program("minikaa"));
        command.arg("--data").arg(data).args(["--mqtt", &free_or(MQTT), "--http", &free_or(HTTP)]);
        if args.once {
            command.env("RUST_LOG", "warn");
        }
        if let Some(nats) = &args.nats {
            command.args(["--nats", nats]);
        }
        let mut process = command.stdout(Stdio::piped()).spawn().context("cannot start minikaa")?;
        let Some(output) = process.stdout.take() else { bail!("minikaa has no output") };
        let mut output = BufReader::new(output);
        let mut greeting = String::new();
        output.read_line(&mut greeting)?;
        let Some((mqtt, http)) = addresses(&greeting) else {
            let status = process.wait()?;
            bail!("minikaa did not start ({status}); the line above says why");
        };
        let (mqtt, http) = (mqtt.to_owned(), http.to_owned());
        Ok(Self { process, _output: output, greeting: greeting.trim_end().to_owned(), mqtt, http })
    }

    fn run_devices(&self, once: bool) -> Result<ExitStatus> {
        let mut command = Command::new(program("device-sim"));
        command.args(["--mqtt", &self.mqtt, "--http", &format!("http://{}", self.http)]);
        if once {
            command.args(["--samples", SAMPLES, "--interval", MILLISECONDS_BETWEEN]);
        }
        command.status().context("cannot start device-sim")
    }

    fn end(mut self) -> Result<ExitStatus> {
        // SIGTERM, so that it ends in order; the standard library knows only SIGKILL.
        let terminated = Command::new("kill").args(["-TERM", &self.process.id().to_string()]).status();
        if !terminated.is_ok_and(|status| status.success()) {
            self.process.kill()?;
        }
        Ok(self.process.wait()?)
    }
}

fn program(name: &str) -> std::path::PathBuf {
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |folder| root().join(folder));
    target.join("debug").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// The address, or one with a free port if it is taken.
fn free_or(address: &str) -> String {
    if TcpListener::bind(address).is_ok() { address.to_owned() } else { "127.0.0.1:0".to_owned() }
}

/// `minikaa is ready: MQTT 127.0.0.1:1883, HTTP 127.0.0.1:8080, …`
fn addresses(greeting: &str) -> Option<(&str, &str)> {
    let (mqtt, rest) = greeting.strip_prefix("minikaa is ready: MQTT ")?.split_once(", HTTP ")?;
    Some((mqtt, rest.split_once(',')?.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_from_the_greeting() {
        let greeting =
            "minikaa is ready: MQTT 127.0.0.1:1883, HTTP 127.0.0.1:8080, bus within the process, data in x\n";
        assert_eq!(addresses(greeting), Some(("127.0.0.1:1883", "127.0.0.1:8080")));
        assert_eq!(addresses(""), None);
    }
}
