//! Data Collection Extension as a process: NATS, health and metrics on `management.port` (default 8080).

use std::sync::Arc;

use kaa_service::{Error, Management, Settings, terminated};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).init();
    let end = terminated();
    let settings = Settings::load("dcx")?;
    let management = Management::new();
    let _server = management.listen_by(&settings).await?;
    let transport = Arc::new(kaa_nats::connect(&settings).await?);
    let dcx = dcx::Dcx::start(settings.clone(), transport).await?;
    management.add(&dcx.handle());
    settings.warn_unknown_keys();
    end.await;
    dcx.shutdown().await;
    Ok(())
}
