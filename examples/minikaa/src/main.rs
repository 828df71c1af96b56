//! A Kaa platform in one process.

use std::io::{IsTerminal as _, Write as _};

use clap::Parser as _;
use kaa_service::{Error, Settings, terminated};
use minikaa::{Options, Platform};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let options = Options::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    let end = terminated();
    let settings = Settings::load("minikaa")?;
    let platform = Platform::start(settings.clone(), &options).await?;
    settings.warn_unknown_keys();
    let bus = if options.nats.is_some() { "NATS" } else { "within the process" };
    // One line that scripts can wait for.
    let _ = writeln!(
        std::io::stdout(),
        "minikaa is ready: MQTT {}, HTTP {}, bus {bus}, data in {}",
        platform.mqtt_address(),
        platform.http_address(),
        options.data.display()
    );
    end.await;
    platform.shutdown().await;
    Ok(())
}
