//! Data Collection Extension as a process, on NATS.

use std::sync::Arc;

use kaa_service::{Error, Settings, terminated};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).init();
    let end = terminated();
    let settings = Settings::load("dcx")?;
    let transport = Arc::new(kaa_nats::connect(&settings).await?);
    let dcx = dcx::Dcx::start(settings.clone(), transport).await?;
    settings.warn_unknown_keys();
    end.await;
    dcx.shutdown().await;
    Ok(())
}
