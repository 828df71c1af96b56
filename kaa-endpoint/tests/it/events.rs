//! 9/ELCE, 15/EME and 18/EFE.

use kaa_endpoint::{
    efe::{EndpointMatchedFilterEvent, EndpointUnmatchedFilterEvent},
    elce::DisconnectedEvent,
    eme::{MetadataKeyUpdatedDto, MetadataUpdatedEvent},
};
use kaa_ism::{Bus as _, Event as _, EventFilter, Fanout, SendError};
use kaa_proves::proves;

use crate::support::*;

#[proves("ELCE-005", "ELCE-007")]
#[tokio::test(start_paused = true)]
async fn one_event_tells_of_all_endpoints_of_a_client() {
    let mut world = World::new();
    let mut events = world.heard::<DisconnectedEvent>("listener", EventFilter::any(), Fanout::OneReplica).await;
    let bus = world.caller().await;
    let gone = [("gateway", "gateway-v2"), ("sensor-1", "sensor-v1"), ("sensor-2", "sensor-v1")];
    bus.broadcast(DisconnectedEvent::new(gone)).await.unwrap();
    let (event, context) = events.recv().await.unwrap();
    assert_eq!(context.subject.as_str(), "kaa.v1.events.caller.endpoint.connectivity.disconnected");
    assert_eq!((event.endpoints.len(), event.endpoints["sensor-2"].as_str()), (3, "sensor-v1"));
    assert_eq!(event.originator_replica_id, bus.identity().replica.as_str());
    idle().await;
    assert!(events.try_recv().is_err());
}

#[proves("EME-002", "EME-003", "EME-005")]
#[tokio::test(start_paused = true)]
async fn a_change_of_metadata_is_heard() {
    let mut world = World::new();
    let mut events = world.heard::<MetadataUpdatedEvent>("listener", EventFilter::any(), Fanout::OneReplica).await;
    let text = |text: &str| Some(text.to_owned());
    let event = MetadataUpdatedEvent::new("kettle-v1", "ep-1")
        .with_added([("name", text(r#""kettle""#))])
        .with_removed([("old", None)])
        .with_updated([("size", MetadataKeyUpdatedDto::new(text("2"), text("1")))]);
    world.caller().await.broadcast(event.clone()).await.unwrap();
    let (heard, context) = events.recv().await.unwrap();
    assert_eq!(context.subject.as_str(), "kaa.v1.events.caller.endpoint.metadata.updated");
    assert_eq!((heard.added, heard.removed, heard.updated), (event.added, event.removed, event.updated));
}

#[proves("EFE-002", "EFE-012")]
#[tokio::test(start_paused = true)]
async fn events_of_one_filter_are_heard_alone() {
    let mut world = World::new();
    let one = EventFilter::any().with_variables(EndpointMatchedFilterEvent::KIND, &["f-1"]).unwrap();
    let mut events = world.heard::<EndpointMatchedFilterEvent>("listener", one, Fanout::OneReplica).await;
    let bus = world.caller().await;
    for (filter, endpoint) in [("f-2", "ep-1"), ("f-1", "ep-2"), ("f-3", "ep-3")] {
        bus.broadcast(EndpointMatchedFilterEvent::new(filter, "kettle", "kettle-v1", endpoint)).await.unwrap();
    }
    bus.broadcast(EndpointUnmatchedFilterEvent::new("f-1", "kettle", "kettle-v1", "ep-2")).await.unwrap();
    let (event, context) = events.recv().await.unwrap();
    assert_eq!(context.subject.as_str(), "kaa.v1.events.caller.endpoint-filter.f-1.ep-matched");
    assert_eq!((event.filter_id.as_str(), event.endpoint_id.as_str()), ("f-1", "ep-2"));
    idle().await;
    assert!(events.try_recv().is_err());
}

#[proves("EFE-002")]
#[tokio::test(start_paused = true)]
async fn a_filter_whose_id_is_no_token_has_no_events() {
    let mut world = World::new();
    let bus = world.caller().await;
    let event = EndpointMatchedFilterEvent::new("f.1", "kettle", "kettle-v1", "ep-1");
    assert!(matches!(bus.broadcast(event).await, Err(SendError::NoSubject(_))));
}
