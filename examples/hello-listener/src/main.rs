//! The smallest event listener: greets the endpoints that connect, and counts them.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use kaa_endpoint::{Context, Fanout, Originator, elce::ConnectedEvent, listen};
use kaa_service::{Error, Service, Settings};

fn with_roles(service: Service, greeted: Arc<AtomicU64>) -> Service {
    service.serve(listen(Originator::Any, Fanout::OneReplica, move |event: ConnectedEvent, _context: Context| {
        for (endpoint, app_version) in event.endpoints {
            let count = greeted.fetch_add(1, Ordering::Relaxed) + 1;
            println!("hello, {endpoint} of {app_version}: number {count}");
        }
        async { Ok(()) }
    }))
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into());
    tracing_subscriber::fmt().with_env_filter(filter).init();
    let settings = Settings::load("hello-listener")?;
    let transport = kaa_nats::connect(&settings).await?;
    with_roles(Service::new(settings, transport), Arc::default()).run().await
}

#[cfg(test)]
mod tests;
