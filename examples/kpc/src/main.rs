//! The communication service as a program: settings from `/srv/kpc/service-config.yml`, NATS as the bus, health
//! and metrics on `management.port` (default 8080).

use std::{pin::pin, sync::Arc};

use kaa_service::{Management, Settings};
use kpc::{Error, Kpc};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).init();
    let mut end = pin!(kaa_service::terminated());
    let settings = Settings::load("kpc")?;
    let management = Management::new();
    let _server = management.listen_by(&settings).await?;
    let transport = Arc::new(kaa_nats::connect(&settings).await?);
    let kpc = tokio::select! {
        started = Kpc::start(settings.clone(), transport) => started?,
        () = &mut end => return Ok(()),
    };
    management.add(&kpc.handle());
    settings.warn_unknown_keys();
    end.await;
    management.drain();
    kpc.shutdown().await;
    Ok(())
}
