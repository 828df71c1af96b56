//! `cargo xtask demo`: a platform on this machine, and devices that talk through it.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    net::TcpListener,
    path::PathBuf,
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
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

/// Starts minikaa and device-sim, and ends both in order whatever ends this process: they are in process groups of their
/// own, so that Ctrl-C reaches us alone.
pub(crate) fn run(args: &Args) -> Result<()> {
    command::Command::cargo("build").packages(&["minikaa", "device-sim"]).run_aside()?;
    let data = Data::new()?;
    let interrupted = Interrupted::catch()?;
    let platform = Platform::start(args, &data)?;
    println!("{}", platform.greeting);
    let devices = platform.run_devices(args.once, &interrupted);
    let ended = platform.end();
    ensure!(devices?.success(), "the devices were not served as they should be");
    ensure!(ended?.success(), "minikaa did not end as it should");
    Ok(())
}

/// The folder of the databases, for this run alone.
struct Data(PathBuf);

impl Data {
    fn new() -> Result<Self> {
        let folder = root().join(format!("target/demo-{}", std::process::id()));
        fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
        Ok(Self(folder))
    }
}

impl Drop for Data {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Passes SIGINT and SIGTERM on to the devices, once they are there.
struct Interrupted {
    devices: Arc<AtomicU32>,
    asked: Arc<AtomicBool>,
}

impl Interrupted {
    fn catch() -> Result<Self> {
        let (devices, asked) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicBool::new(false)));
        let interrupted = Self { devices: devices.clone(), asked: asked.clone() };
        ctrlc::set_handler(move || {
            asked.store(true, Ordering::SeqCst);
            signal("INT", devices.load(Ordering::SeqCst));
        })
        .context("cannot catch Ctrl-C")?;
        Ok(interrupted)
    }
}

/// The standard library knows only SIGKILL.
fn signal(name: &str, process: u32) -> bool {
    let mut kill = Command::new("kill");
    process != 0 && kill.args([format!("-{name}"), process.to_string()]).status().is_ok_and(|status| status.success())
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
    fn start(args: &Args, data: &Data) -> Result<Self> {
        let mut command = in_own_group(Command::new(program("minikaa")));
        command.arg("--data").arg(&data.0).args(["--mqtt", &free_or(MQTT), "--http", &free_or(HTTP)]);
        // The screen belongs to the table.
        if std::env::var_os("RUST_LOG").is_none() {
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

    fn run_devices(&self, once: bool, interrupted: &Interrupted) -> Result<ExitStatus> {
        let mut command = in_own_group(Command::new(program("device-sim")));
        command.args(["--mqtt", &self.mqtt, "--http", &format!("http://{}", self.http)]);
        if once {
            command.args(["--samples", SAMPLES, "--interval", MILLISECONDS_BETWEEN]);
        }
        let mut devices = command.spawn().context("cannot start device-sim")?;
        interrupted.devices.store(devices.id(), Ordering::SeqCst);
        if interrupted.asked.load(Ordering::SeqCst) {
            signal("INT", devices.id());
        }
        let ended = devices.wait().context("device-sim");
        interrupted.devices.store(0, Ordering::SeqCst);
        ended
    }

    fn end(mut self) -> Result<ExitStatus> {
        if !signal("TERM", self.process.id()) {
            self.process.kill()?;
        }
        Ok(self.process.wait()?)
    }
}

fn in_own_group(mut command: Command) -> Command {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command
}

fn program(name: &str) -> PathBuf {
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
