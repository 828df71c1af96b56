//! A service for the tests of faults: an extension that does what the resource path says, and keeps itself busy if it
//! is told to.
//!
//! | resource path | what becomes of the request |
//! |---|---|
//! | `/hello` | it is answered at once |
//! | `/wait/<ms>` | it is answered after so many milliseconds |
//! | `/never` | its handler sleeps |
//! | `/numbered` | it is answered at once; the request ids of an endpoint are all different |
//!
//! | key | default | meaning |
//! |---|---|---|
//! | `worker.callers` | 0 | how many call this instance with `/numbered`, again and again |
//! | `worker.publishers` | 0 | how many publish events of 8 KiB, again and again |
//!
//! `worker_handled_again_total` counts numbered requests that were handled before, `worker_attempts_total` its own
//! calls and events. The last line that it prints says how many requests it has handled.

mod numbers;
mod traffic;

use std::{future::pending, time::Duration};

use kaa_esp::{ClientData, Context, ExtensionService, Reply, Status, extension};
use kaa_service::{Counter, Error, Limits, Service, Settings};
use numbers::Numbers;

/// Longer than any test: what sleeps is not woken by the runner.
const HANDLING: Duration = Duration::from_secs(600);

struct Worker {
    numbers: Numbers,
    handled_again: Counter,
}

impl ExtensionService for Worker {
    async fn handle(&self, data: ClientData, _context: Context) -> Result<Reply, Status> {
        if let Some(millis) = data.resource_path.strip_prefix("/wait/") {
            let millis = millis.parse().map_err(|_| Status::bad_request("no number of milliseconds"))?;
            tokio::time::sleep(Duration::from_millis(millis)).await;
            return Ok(Reply::empty());
        }
        match (data.resource_path.as_str(), data.endpoint_id, data.request_id) {
            ("/hello", ..) => Ok(Reply::empty()),
            ("/never", ..) => pending().await,
            ("/numbered", Some(endpoint), Some(number)) => {
                if !self.numbers.is_new(endpoint, number) {
                    self.handled_again.increment();
                }
                Ok(Reply::empty())
            }
            _ => Err(Status::not_found("no such resource")),
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    tracing_subscriber::fmt().with_env_filter("info").init();
    let settings = Settings::load("worker")?;
    let callers = settings.get("worker.callers")?.unwrap_or(0);
    let publishers = settings.get("worker.publishers")?.unwrap_or(0);
    let transport = kaa_nats::connect(&settings).await?;
    let mut service = Service::new(settings, transport).with_limits(Limits::default().with_handling(HANDLING));
    let handle = service.handle();
    let handled_again = handle.metrics().counter("worker_handled_again_total", &[]);
    let _traffic = traffic::start(&handle, callers, publishers);
    service.serve(extension(Worker { numbers: Numbers::default(), handled_again })).run().await?;
    println!("handled {}", handle.metrics().sum("kaa_messages_total", ("outcome", "handled")));
    Ok(())
}
