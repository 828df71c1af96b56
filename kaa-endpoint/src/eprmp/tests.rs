use kaa_ism::{Message as _, Response as _, Status};
use kaa_proves::proves;

use super::*;
use crate::testing::{hex, subject_of, subjects, travelled};

#[proves("EPRMP-001", "EPRMP-003")]
#[test]
fn the_request_has_its_subjects() {
    let expected =
        ["kaa.v1.service.peer.eprmp.ep-relations-get-request", "kaa.v1.replica.r1.eprmp.ep-relations-get-response"];
    assert_eq!(subjects::<EndpointRelationsGetRequest>(), expected);
}

#[proves("EPRMP-008")]
#[test]
fn an_exclamation_mark_turns_the_relation_round() {
    let outbound = EndpointRelationsGetRequest::new("ep-1", "contains");
    assert_eq!((outbound.relation_type(), outbound.direction()), ("contains", RelationDirection::Outbound));
    let inbound = EndpointRelationsGetRequest::new("ep-1", "!contains");
    assert_eq!((inbound.relation_type(), inbound.direction()), ("contains", RelationDirection::Inbound));
    assert_eq!(travelled(&inbound), inbound);
    let twice = EndpointRelationsGetRequest::new("ep-1", "!!contains");
    assert_eq!((twice.relation_type(), twice.direction()), ("!contains", RelationDirection::Inbound));
}

#[proves("EPRMP-007", "EPRMP-009")]
#[test]
fn the_answer_does_not_repeat_the_endpoint() {
    assert_eq!(EndpointRelationsGetResponse::new(200).to_bytes(), hex("00000000900300"));
    let answer = EndpointRelationsGetResponse::new(200).with_endpoint_ids(["a", "b"]);
    assert_eq!(travelled(&answer).endpoint_ids, ["a", "b"]);
    let mut request = EndpointRelationsGetRequest::new("ep-1", "contains");
    request.correlation_id = "c".to_owned();
    let refused = EndpointRelationsGetResponse::refusal(request, &Status::not_found("x"));
    assert_eq!(refused.to_bytes(), hex("0263000000a806020278"));
}

#[proves("EPRMP-011", "EPRMP-012")]
#[test]
fn changes_are_announced_without_a_replica_id() {
    let event = EndpointRelationsUpdated::new();
    assert_eq!(subject_of(&event), "kaa.v1.events.peer.endpoint.relations.updated");
    assert_eq!(event.to_bytes(), hex("00000000"));
    assert_eq!(event.with_endpoint_ids(["a"]).to_bytes(), hex("00000002026100"));
}
