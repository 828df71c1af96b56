//! Credential Management as a process: NATS, SQLite, REST on `server.port` (default 80), health and metrics on
//! `management.port` (default 8080).

use std::sync::Arc;

use cm::Cm;
use kaa_service::{Error, Management, Settings, terminated};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).init();
    let end = terminated();
    let settings = Settings::load("cm")?;
    let listener = rest_support::listen(settings.get::<u16>("server.port")?).await.map_err(Error::connect)?;
    let management = Management::new();
    let _server = management.listen_by(&settings).await?;
    let transport = Arc::new(kaa_nats::connect(&settings).await?);
    let cm = Cm::start(settings.clone(), transport).await?;
    management.add(&cm.handle());
    settings.warn_unknown_keys();
    let end = async move {
        end.await;
        management.drain();
    };
    rest_support::serve(listener, rest_support::finish(cm.routes()), end).await;
    cm.shutdown().await;
    Ok(())
}
