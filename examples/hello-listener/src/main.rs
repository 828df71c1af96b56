//! The smallest event listener: counts the tenants that are gone.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use kaa_platform::{Context, Fanout, Originator, listen, tle::UnregisteredEvent};
use kaa_service::{Error, Service, Settings};

fn with_roles(service: Service, gone: Arc<AtomicU64>) -> Service {
    service.serve(listen(Originator::Any, Fanout::OneReplica, move |event: UnregisteredEvent, _context: Context| {
        let count = gone.fetch_add(1, Ordering::Relaxed) + 1;
        println!("goodbye, {}: number {count}", event.tenant_id);
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
