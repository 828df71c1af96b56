//! The smallest extension service: says hello to the endpoint that asks for `/hello`.

use kaa_esp::{ClientData, Context, ExtensionService, Reply, Status, extension};
use kaa_service::{Error, Service, Settings};

struct Hello;

impl ExtensionService for Hello {
    async fn handle(&self, data: ClientData, _context: Context) -> Result<Reply, Status> {
        match data.resource_path.as_str() {
            "/hello" => Reply::json(&serde_json::json!({ "hello": data.endpoint_id })),
            other => Err(Status::not_found(format!("no resource {other}"))),
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into());
    tracing_subscriber::fmt().with_env_filter(filter).init();
    let settings = Settings::load("hello")?;
    let transport = kaa_nats::connect(&settings).await?;
    Service::new(settings, transport).serve(extension(Hello)).run().await
}

#[cfg(test)]
mod tests;
