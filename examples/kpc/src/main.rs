//! The communication service as a program: settings from `/srv/kpc/service-config.yml`, NATS as the bus.

use std::{error::Error as _, process::ExitCode, sync::Arc};

use kaa_service::Settings;
use kpc::{Error, Kpc};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).init();
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let mut text = error.to_string();
            let mut cause = error.source();
            while let Some(error) = cause {
                text.push_str(": ");
                text.push_str(&error.to_string());
                cause = error.source();
            }
            tracing::error!("{text}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Error> {
    let end = kaa_service::terminated();
    let settings = Settings::load("kpc")?;
    let transport = Arc::new(kaa_nats::connect(&settings).await?);
    let kpc = Kpc::start(settings, transport).await?;
    end.await;
    kpc.shutdown().await;
    Ok(())
}
