//! 27/SCMP.

use std::sync::Arc;

use kaa_ism::Message as _;
use kaa_platform::{
    Bus as _, Context, Fanout, Status,
    system_config::{ConfigLevel, SystemConfigUpdated, listener},
};
use kaa_proves::proves;
use tokio::sync::{Semaphore, mpsc};

use crate::support::*;

fn event(level: &str, id: &str, content: &str) -> SystemConfigUpdated {
    SystemConfigUpdated::new("acme", "network", level, id, content.to_owned())
}

#[proves("SYSC-002", "SYSC-003", "SYSC-004", "SYSC-005")]
#[tokio::test(start_paused = true)]
async fn an_update_on_every_level_is_heard_and_another_level_is_counted() {
    let world = World::default();
    let (tell, mut heard) = mpsc::unbounded_channel();
    let role = listener(
        instance("configs"),
        Fanout::OneReplica,
        move |level: ConfigLevel, event: SystemConfigUpdated, _: Context| {
            let told = tell.send((level, event.tenant_id, event.config_level_id)).map_err(Status::internal);
            async { told }
        },
    );
    let (kpc, configs, other) =
        (world.serve("kpc", role).await, world.sender("configs").await, world.sender("other").await);
    let mut events = world.listen("kaa.v1.events.configs.>").await;
    other.handle().broadcast(event("TENANT", "acme", "{}")).await.unwrap();
    let expected: Vec<_> =
        ConfigLevel::ALL.iter().map(|&level| (level, "acme".to_owned(), format!("id of {level}"))).collect();
    for (level, _, id) in &expected {
        configs.handle().broadcast(event(level.as_str(), id, "{}")).await.unwrap();
        let incoming = next(&mut events).await;
        assert_eq!(incoming.subject.as_str(), "kaa.v1.events.configs.system.config.updated");
        let event = SystemConfigUpdated::decode(&incoming.body).unwrap();
        assert_eq!(event.originator_replica_id.as_deref(), Some(configs.handle().identity().replica.as_str()));
    }
    configs.handle().broadcast(event("DEVICE", "ep-1", "{}")).await.unwrap();
    assert_eq!(refused(kpc).await, 1);
    assert_eq!(told(&mut heard), expected);
}

#[tokio::test(start_paused = true)]
async fn what_changes_twice_is_heard_of_in_order() {
    let world = World::default();
    let (gate, (tell, mut heard)) = (Arc::new(Semaphore::new(0)), mpsc::unbounded_channel());
    let role = listener(instance("configs"), Fanout::EveryReplica, {
        let gate = gate.clone();
        move |_: ConfigLevel, event: SystemConfigUpdated, _: Context| {
            let (gate, tell) = (gate.clone(), tell.clone());
            async move {
                if event.content == "first" {
                    gate.acquire().await.unwrap().forget();
                }
                tell.send(event.content).map_err(Status::internal)
            }
        }
    });
    let (_kpc, configs) = (world.serve("kpc", role).await, world.sender("configs").await);
    for (id, content) in [("ep-1", "first"), ("ep-1", "second"), ("ep-2", "other")] {
        configs.handle().broadcast(event("ENDPOINT", id, content)).await.unwrap();
    }
    assert_eq!(heard.recv().await.unwrap(), "other");
    gate.add_permits(1);
    assert_eq!(heard.recv().await.unwrap(), "first");
    assert_eq!(heard.recv().await.unwrap(), "second");
}
