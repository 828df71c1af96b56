//! The command line.

use std::{net::SocketAddr, path::PathBuf};

use clap::Parser;

/// A Kaa platform in one process, for a laptop: no authentication of clients, and REST without passwords. It listens on
/// loopback unless told otherwise.
#[derive(Clone, Debug, Parser)]
#[command(name = "minikaa", version)]
#[non_exhaustive]
pub struct Options {
    /// Use this NATS server instead of the bus within the process, for example nats://127.0.0.1:4222.
    #[arg(long, value_name = "URL")]
    pub nats: Option<String>,
    /// Where the databases are.
    #[arg(long, value_name = "FOLDER", default_value = "minikaa-data")]
    pub data: PathBuf,
    /// Where devices connect. Port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", value_parser = address, default_value = "127.0.0.1:1883")]
    pub mqtt: SocketAddr,
    /// Where REST is. Port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", value_parser = address, default_value = "127.0.0.1:8080")]
    pub http: SocketAddr,
}

fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "expected host:port, such as 127.0.0.1:8080".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_is_none_is_told_what_would_be() {
        let error = Options::try_parse_from(["minikaa", "--http", "8080"]).unwrap_err().to_string();
        assert!(error.contains("expected host:port, such as 127.0.0.1:8080"), "{error}");
    }
}
