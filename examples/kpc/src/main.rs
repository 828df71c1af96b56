//! The communication service as a program: settings from `/srv/kpc/service-config.yml`, NATS as the bus.

use std::sync::Arc;

use kaa_service::Settings;
use kpc::{Error, Kpc};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).init();
    let end = kaa_service::terminated();
    let settings = Settings::load("kpc")?;
    let transport = Arc::new(kaa_nats::connect(&settings).await?);
    let kpc = Kpc::start(settings, transport).await?;
    end.await;
    kpc.shutdown().await;
    Ok(())
}
