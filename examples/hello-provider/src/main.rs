//! The smallest configuration provider, with a consumer that brings endpoints what the provider announces.

use kaa_cdtp::{
    Bus as _, Cdtp as _, CdtpHandle, Config, ConfigApplied, ConfigConsumer, ConfigRequest, ConfigUpdated, Context,
    Fanout, SendOptions, Status, consumer, provider,
};
use kaa_service::{Error, Service, ServiceHandle, Settings};

struct Courier(CdtpHandle<ServiceHandle>);

impl ConfigConsumer for Courier {
    async fn follows(&self, event: ConfigUpdated, _: Context) -> Result<Vec<ConfigRequest>, Status> {
        Ok(vec![ConfigRequest::new(event.app_version_name, event.endpoint_id)])
    }
    async fn configure(&self, request: ConfigRequest, config: Config, _: Context) -> Result<(), Status> {
        println!("{} gets {config:?}", request.endpoint_id);
        let applied = ConfigApplied::new(request.app_version_name, request.endpoint_id, config.id);
        Ok(self.0.applied(applied, SendOptions::default()).await?)
    }
}

fn with_roles(mut service: Service) -> Service {
    let kettles = async |request: ConfigRequest, _context: Context| {
        Ok((request.name() == "default").then(|| Config::new("v1", r#"{"celsius":96}"#)))
    };
    let bus = service.handle();
    let cdtp = bus.cdtp(bus.identity().instance.clone());
    service.serve(provider(kettles)).serve(consumer(cdtp.clone(), Fanout::OneReplica, Courier(cdtp)))
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into());
    tracing_subscriber::fmt().with_env_filter(filter).init();
    let settings = Settings::load("hello-provider")?;
    let transport = kaa_nats::connect(&settings).await?;
    println!("serving 6/CDTP as {}; docs/roles.md shows how to pull from it", settings.identity().instance);
    with_roles(Service::new(settings, transport)).run().await
}

#[cfg(test)]
mod tests;
