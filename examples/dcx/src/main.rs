//! Data Collection Extension as a process, on NATS.

use std::sync::Arc;

use kaa_service::{Error, Settings, terminated};

#[tokio::main]
async fn main() -> Result<(), Error> {
    tracing_subscriber::fmt::init();
    let end = terminated();
    let settings = Settings::load("dcx")?;
    let transport = Arc::new(kaa_nats::connect(&settings).await?);
    let dcx = dcx::Dcx::start(settings, transport).await?;
    end.await;
    dcx.shutdown().await;
    Ok(())
}
