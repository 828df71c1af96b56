//! 24/EPRMP.

use kaa_endpoint::eprmp::{
    EndpointRelationsGetRequest, EndpointRelationsGetResponse, EndpointRelationsUpdated, Eprmp as _, RelationDirection,
    repository,
};
use kaa_ism::{Bus as _, EventFilter, Fanout, Retry, Role, SendOptions, Status};
use kaa_proves::proves;

use crate::support::*;

/// The gateway contains a sensor.
fn relations() -> impl Role {
    repository(async |request: EndpointRelationsGetRequest, _context| {
        match (request.endpoint_id.as_str(), request.relation_type(), request.direction()) {
            ("gateway", "contains", RelationDirection::Outbound) => Ok(vec!["sensor".to_owned()]),
            ("sensor", "contains", RelationDirection::Inbound) => Ok(vec!["gateway".to_owned()]),
            ("gateway" | "sensor", ..) => Ok(Vec::new()),
            _ => Err(Status::not_found("no such endpoint")),
        }
    })
}

#[proves("EPRMP-005", "EPRMP-006", "EPRMP-007", "EPRMP-009")]
#[tokio::test(start_paused = true)]
async fn each_question_has_one_answer() {
    let related = [("gateway", 200, &["sensor"][..]), ("sensor", 200, &[]), ("stranger", 404, &[])];
    for (endpoint_id, code, endpoint_ids) in related {
        let answer = answered(relations(), EndpointRelationsGetRequest::new(endpoint_id, "contains")).await;
        assert_eq!(answer.status_code, code);
        assert_eq!(answer.endpoint_ids, endpoint_ids);
    }
}

#[proves("EPRMP-001", "EPRMP-002", "EPRMP-003", "EPRMP-004")]
#[tokio::test(start_paused = true)]
async fn a_handle_asks() {
    let request: EndpointRelationsGetRequest = asked(async |bus| {
        let _ = bus.eprmp(instance("peer")).related("sensor", "!contains", SendOptions::default()).await;
    })
    .await;
    assert_eq!((request.endpoint_id.as_str(), request.relation.as_str()), ("sensor", "!contains"));
}

#[proves("EPRMP-008")]
#[tokio::test(start_paused = true)]
async fn relations_are_followed_both_ways() {
    let mut world = World::new();
    world.serve("peer", relations()).await;
    let peer = world.caller().await.eprmp(instance("peer"));
    let related = async |endpoint, relation| peer.related(endpoint, relation, SendOptions::default()).await;
    assert_eq!(related("gateway", "contains").await.unwrap(), ["sensor"]);
    assert_eq!(related("sensor", "!contains").await.unwrap(), ["gateway"]);
    assert_eq!(related("gateway", "!contains").await.unwrap(), [""; 0]);
    assert_eq!(related("sensor", "contains").await.unwrap(), [""; 0]);
    assert_eq!(refusal(related("stranger", "contains").await), "404 no such endpoint");
}

#[proves("EPRMP-013")]
#[tokio::test(start_paused = true)]
async fn a_question_whose_answer_is_lost_is_asked_again() {
    let mut world = World::new();
    let mut peer = world.raw("kaa.v1.service.peer.>").await;
    let handle = world.caller().await.eprmp(instance("peer"));
    let options = SendOptions::default().with_retry(Retry::idempotent());
    let (related, ()) = tokio::join!(handle.related("gateway", "contains", options), async {
        peer.next().await;
        let again = peer.next().await;
        peer.answer(&again, EndpointRelationsGetResponse::new(200).with_endpoint_ids(["sensor"])).await;
    });
    assert_eq!(related.unwrap(), ["sensor"]);
    assert!(peer.is_silent().await);
}

#[proves("EPRMP-011", "EPRMP-012")]
#[tokio::test(start_paused = true)]
async fn changes_are_heard() {
    let mut world = World::new();
    let mut events = world.heard::<EndpointRelationsUpdated>("listener", EventFilter::any(), Fanout::OneReplica).await;
    let bus = world.caller().await;
    bus.broadcast(EndpointRelationsUpdated::new().with_endpoint_ids(["gateway", "sensor"])).await.unwrap();
    let (event, context) = events.recv().await.unwrap();
    assert_eq!(context.subject.as_str(), "kaa.v1.events.caller.endpoint.relations.updated");
    assert_eq!(event.endpoint_ids, ["gateway", "sensor"]);
}
