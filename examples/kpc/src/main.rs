//! The communication service as a program: settings from `/srv/kpc/service-config.yml`, NATS as the bus.

use std::{pin::pin, sync::Arc};

use kaa_service::Settings;
use kpc::{Error, Kpc};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).init();
    let mut end = pin!(kaa_service::terminated());
    let settings = Settings::load("kpc")?;
    let transport = Arc::new(kaa_nats::connect(&settings).await?);
    let kpc = tokio::select! {
        started = Kpc::start(settings.clone(), transport) => started?,
        () = &mut end => return Ok(()),
    };
    settings.warn_unknown_keys();
    end.await;
    kpc.shutdown().await;
    Ok(())
}
