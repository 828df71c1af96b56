//! Provider and consumer on a bus within the process.

use kaa_cdtp::{Fetched, InstanceName, Originator, RequestError, listen};
use kaa_service::{MemoryBus, RunningService};
use tokio::sync::mpsc;

use super::*;

/// The example, and somebody else on its bus.
struct World {
    hello: RunningService,
    other: RunningService,
    applied: mpsc::UnboundedReceiver<ConfigApplied>,
}

impl World {
    async fn start() -> Self {
        let (bus, (tell, applied)) = (MemoryBus::new(), mpsc::unbounded_channel());
        let hello = with_roles(Service::new(Settings::new("hello-provider").unwrap(), bus.clone()));
        let watch = listen(Originator::Any, Fanout::OneReplica, move |event: ConfigApplied, _: Context| {
            let told = tell.send(event).map_err(Status::internal);
            async { told }
        });
        let other = Service::new(Settings::new("other").unwrap(), bus).serve(watch);
        Self { hello: hello.start().await.unwrap(), other: other.start().await.unwrap(), applied }
    }

    async fn pull(&self, name: &str) -> Result<Fetched, RequestError> {
        let cdtp = self.other.handle().cdtp(InstanceName::parse("hello-provider").unwrap());
        cdtp.pull(ConfigRequest::new("kettle-v2", "ep-1").with_config_name(name), SendOptions::default()).await
    }
}

#[tokio::test]
async fn whoever_asks_gets_the_configuration() {
    let world = World::start().await;
    let Fetched::Config(config) = world.pull("default").await.unwrap() else { panic!("nothing is known yet") };
    assert_eq!((config.id.as_str(), &config.content[..]), ("v1", &br#"{"celsius":96}"#[..]));
    let error = world.pull("network").await.unwrap_err();
    assert!(matches!(error, RequestError::Refused(status) if status.code().as_i32() == 404));
}

#[tokio::test]
async fn what_is_announced_is_pulled_and_applied() {
    let mut world = World::start().await;
    let updated = ConfigUpdated::of("kettle-v2", "ep-1", Config::new("v1", "{}"));
    world.hello.handle().announce_config(updated, SendOptions::default()).await.unwrap();
    let applied = world.applied.recv().await.unwrap();
    assert_eq!((applied.endpoint_id.as_str(), applied.config_id.as_str()), ("ep-1", "v1"));
    assert!(applied.is_applied());
}

#[test]
fn the_example_has_at_most_40_lines() {
    let source = include_str!("main.rs");
    let count = source.lines().filter(|line| !["#[cfg(test)]", "mod tests;"].contains(line)).count();
    assert!(count <= 40, "{count} lines");
}
