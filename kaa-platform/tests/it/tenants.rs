//! 21/TLE.

use kaa_ism::Message as _;
use kaa_platform::{
    Bus as _, Context, Fanout, Originator, Status, listen,
    tle::{UnregisteredEvent, UpdatedEvent},
};
use kaa_proves::proves;
use tokio::sync::mpsc;

use crate::support::*;

#[proves("TLE-001", "TLE-002", "TLE-003", "TLE-004", "TLE-005")]
#[tokio::test(start_paused = true)]
async fn a_listener_hears_the_event_that_it_is_for() {
    let world = World::default();
    let (tell, mut heard) = mpsc::unbounded_channel();
    let role = listen(Originator::Any, Fanout::EveryReplica, move |event: UnregisteredEvent, _: Context| {
        let told = tell.send(event.tenant_id).map_err(Status::internal);
        async { told }
    });
    let (kpc, tenants) = (world.serve("kpc", role).await, world.sender("tm").await);
    let mut events = world.listen("kaa.v1.events.tm.>").await;
    tenants.handle().broadcast(UpdatedEvent::new("acme")).await.unwrap();
    let incoming = next(&mut events).await;
    assert_eq!(incoming.subject.as_str(), "kaa.v1.events.tm.tenant.lifecycle.updated");
    assert_eq!(UpdatedEvent::decode(&incoming.body).unwrap().tenant_id, "acme");
    tenants.handle().broadcast(UnregisteredEvent::new("globex")).await.unwrap();
    let incoming = next(&mut events).await;
    assert_eq!(incoming.subject.as_str(), "kaa.v1.events.tm.tenant.lifecycle.unregistered");
    assert_eq!(UnregisteredEvent::decode(&incoming.body).unwrap().tenant_id, "globex");
    kpc.shutdown().await;
    assert_eq!(told(&mut heard), ["globex"]);
}
