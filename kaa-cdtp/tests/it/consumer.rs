//! A consumer hears of changes, pulls, and says what became of them.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use futures::StreamExt as _;
use kaa_cdtp::{
    Cdtp as _, Config, ConfigApplied, ConfigConsumer, ConfigRequest, ConfigUpdated, Context, Fanout, Originator,
    SendOptions, Status, consumer, listen, provider,
};
use kaa_proves::proves;
use kaa_service::{RunningService, transport::Delivery};
use tokio::sync::{Semaphore, mpsc};

use crate::support::*;

/// Follows these names of every endpoint, the id `v0` of each known; tells what it gets.
struct Follower {
    names: &'static [&'static str],
    got: mpsc::UnboundedSender<(ConfigRequest, Config)>,
}

impl ConfigConsumer for Follower {
    async fn follows(&self, updated: ConfigUpdated, _: Context) -> Result<Vec<ConfigRequest>, Status> {
        let request = ConfigRequest::new(updated.app_version_name, updated.endpoint_id).with_config_id("v0");
        Ok(self.names.iter().map(|&name| request.clone().with_config_name(name)).collect())
    }

    async fn configure(&self, request: ConfigRequest, config: Config, _: Context) -> Result<(), Status> {
        self.got.send((request, config)).map_err(Status::internal)
    }
}

type Got = mpsc::UnboundedReceiver<(ConfigRequest, Config)>;

async fn cmx(world: &World, names: &'static [&'static str]) -> (RunningService, Got) {
    let (tell, got) = mpsc::unbounded_channel();
    let mut service = world.service("cmx");
    let cdtp = service.handle().cdtp(instance("ecr"));
    let role = consumer(cdtp, Fanout::OneReplica, Follower { names, got: tell });
    (service.serve(role).start().await.unwrap(), got)
}

async fn announce(from: &RunningService, endpoint: &str) {
    let updated = ConfigUpdated::of("kettle-v2", endpoint, Config::new("from the event", "{}"));
    from.handle().announce_config(updated, SendOptions::default()).await.unwrap();
}

async fn config_of(got: &mut Got) -> (String, String) {
    let (request, config) = got.recv().await.unwrap();
    (request.name().to_owned(), config.id)
}

// D-11
#[proves("CDTP-003", "CDTP-004", "CDTP-018")]
#[tokio::test(start_paused = true)]
async fn an_event_makes_it_pull_every_name_that_it_follows() {
    let world = World::default();
    let (ecr, (cmx, mut got)) = (world.ecr().await, cmx(&world, &["default", "broken", "unknown", "network"]).await);
    announce(&ecr, "ep-1").await;
    assert_eq!(config_of(&mut got).await, ("default".to_owned(), "v1".to_owned()));
    assert_eq!(config_of(&mut got).await, ("network".to_owned(), "n1".to_owned()), "failures keep nothing from it");
    let handle = cmx.handle();
    cmx.shutdown().await;
    assert_eq!(handle.metrics().sum("kaa_messages_total", ("outcome", "refused")), 1, "but are counted");
}

#[tokio::test(start_paused = true)]
async fn what_it_has_already_is_not_passed_on() {
    let world = World::default();
    let role = provider(async |request: ConfigRequest, _: Context| {
        Ok(Some(Config::new(if request.name() == "new" { "v1" } else { "v0" }, "{}")))
    });
    let (ecr, (_cmx, mut got)) = (world.serve("ecr", role).await, cmx(&world, &["old", "new"]).await);
    announce(&ecr, "ep-1").await;
    assert_eq!(config_of(&mut got).await.0, "new");
}

#[tokio::test(start_paused = true)]
async fn other_providers_are_none_of_its_business() {
    let world = World::default();
    let (ecr, (_cmx, mut got)) = (world.ecr().await, cmx(&world, &["default"]).await);
    let other = world.service("other").start().await.unwrap();
    let mut pulls = world.listen("kaa.v1.service.>").await;
    announce(&other, "ep-1").await;
    announce(&ecr, "ep-1").await;
    config_of(&mut got).await;
    assert_eq!(here(&mut pulls).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_pull_that_fails_for_a_while_is_tried_again() {
    let world = World::default();
    let (_cmx, mut got) = cmx(&world, &["default"]).await;
    let other = world.service("ecr").start().await.unwrap();
    let mut notices = world.listen("kaa.v1.replica.*.cdtp.response").await;
    announce(&other, "ep-1").await;
    assert!(matches!(notices.next().await.unwrap(), Delivery::NoResponders { .. }));
    let _ecr = world.ecr().await;
    assert_eq!(config_of(&mut got).await.1, "v1");
}

/// Takes its time with the first configuration of the endpoint `slow`: until the gate opens.
struct Slow {
    gate: Arc<Semaphore>,
    got: mpsc::UnboundedSender<(String, String)>,
}

impl ConfigConsumer for Slow {
    async fn follows(&self, updated: ConfigUpdated, _: Context) -> Result<Vec<ConfigRequest>, Status> {
        Ok(vec![ConfigRequest::new(updated.app_version_name, updated.endpoint_id)])
    }

    async fn configure(&self, request: ConfigRequest, config: Config, _: Context) -> Result<(), Status> {
        if (request.endpoint_id.as_str(), config.id.as_str()) == ("slow", "1") {
            self.gate.acquire().await.unwrap().forget();
        }
        self.got.send((request.endpoint_id, config.id)).map_err(Status::internal)
    }
}

#[tokio::test(start_paused = true)]
async fn events_about_one_endpoint_are_taken_in_order_and_others_meanwhile() {
    let world = World::default();
    let versions = Arc::new(AtomicU32::new(0));
    let role = provider(move |_: ConfigRequest, _: Context| {
        let version = versions.fetch_add(1, Ordering::SeqCst) + 1;
        async move { Ok(Some(Config::new(version.to_string(), "{}"))) }
    });
    let ecr = world.serve("ecr", role).await;
    let (gate, (tell, mut got)) = (Arc::new(Semaphore::new(0)), mpsc::unbounded_channel());
    let mut service = world.service("cmx");
    let cdtp = service.handle().cdtp(instance("ecr"));
    let role = consumer(cdtp, Fanout::EveryReplica, Slow { gate: gate.clone(), got: tell });
    let _cmx = service.serve(role).start().await.unwrap();
    for endpoint in ["slow", "slow", "quick"] {
        announce(&ecr, endpoint).await;
    }
    let mut next = async || got.recv().await.unwrap();
    assert_eq!(next().await.0, "quick");
    gate.add_permits(1);
    assert_eq!(next().await, ("slow".to_owned(), "1".to_owned()));
    assert_eq!(next().await.0, "slow");
}

#[proves("CDTP-005", "CDTP-006", "CDTP-007", "CDTP-008", "CDTP-026")]
#[tokio::test(start_paused = true)]
async fn what_became_of_a_configuration_is_told_to_whoever_listens() {
    let world = World::default();
    let (tell, mut told) = mpsc::unbounded_channel();
    let watch = listen(Originator::Any, Fanout::OneReplica, move |event: ConfigApplied, context: Context| {
        let told = tell.send((context.subject, event)).map_err(Status::internal);
        async { told }
    });
    let (_ecr, cmx) = (world.serve("ecr", watch).await, world.service("cmx").start().await.unwrap());
    let applied = ConfigApplied::new("kettle-v2", "ep-1", "v1");
    let refused = applied.clone().with_status_code(400).with_reason_phrase("no such mode");
    for event in [applied, refused.clone()] {
        cdtp(&cmx).applied(event, SendOptions::default()).await.unwrap();
    }
    let (subject, event) = told.recv().await.unwrap();
    assert_eq!(subject.as_str(), "kaa.v1.events.cmx.endpoint.config.applied");
    assert!(event.is_applied());
    let (_, event) = told.recv().await.unwrap();
    assert_eq!((event.status_code, event.reason_phrase), (400, refused.reason_phrase));
    assert!(!event.correlation_id.is_empty());
}
