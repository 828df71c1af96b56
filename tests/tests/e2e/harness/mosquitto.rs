//! The clients of mosquitto: MQTT as somebody else understands it.

use std::{io::Write as _, net::SocketAddr, process::Stdio};

use tokio::process::Command;
use xtask::tools::{Tool, find};

use super::{Version, within};

fn client(tool: Tool, version: Version, address: SocketAddr, topic: &str) -> Command {
    let mut command = Command::new(find(tool).unwrap());
    command.args(["-V", version.option(), "-q", "1", "-t", topic]);
    command.args(["-h", &address.ip().to_string(), "-p", &address.port().to_string()]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

/// Publishes with `mosquitto_rr` to `topic` and returns the payload that came to `topic` with the suffix.
pub(crate) async fn request(version: Version, address: SocketAddr, topic: &str, suffix: &str, payload: &str) -> String {
    let response = format!("{topic}/{suffix}");
    let mut command = client(Tool::MosquittoRr, version, address, topic);
    command.args(["-e", &response, "-m", payload, "-W", "10", "-F", "%t %p"]);
    let output = within("mosquitto_rr", command.output()).await.unwrap();
    let (text, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let line = text.lines().next();
    let payload = line.and_then(|line| line.strip_prefix(&response)).and_then(|rest| rest.strip_prefix(' '));
    payload.unwrap_or_else(|| panic!("{response}: {} {text:?} {errors:?}", output.status)).to_owned()
}

/// Publishes each line, over one connection, with `mosquitto_pub`.
pub(crate) async fn publish_lines(version: Version, address: SocketAddr, topic: &str, lines: &[&str]) {
    let mut input = tempfile::tempfile().unwrap();
    for line in lines {
        writeln!(input, "{line}").unwrap();
    }
    std::io::Seek::rewind(&mut input).unwrap();
    let mut command = client(Tool::MosquittoPub, version, address, topic);
    command.arg("-l").stdin(input);
    let output = within("mosquitto_pub", command.output()).await.unwrap();
    assert!(output.status.success(), "{} {}", output.status, String::from_utf8_lossy(&output.stderr));
}
