use kaa_ism::{Message as _, Response as _, Status};
use kaa_proves::proves;

use super::*;
use crate::testing::{hex, subjects, travelled};

#[proves("EFMP-001", "EFMP-003", "EFMP-009", "EFMP-011")]
#[test]
fn requests_have_their_subjects() {
    let expected =
        |kind| [format!("kaa.v1.service.peer.efmp.{kind}-request"), format!("kaa.v1.replica.r1.efmp.{kind}-response")];
    assert_eq!(subjects::<EndpointFiltersRequest>(), expected("ep-filters"));
    assert_eq!(subjects::<EndpointListByFilterRequest>(), expected("ep-list-by-filter"));
}

#[proves("EFMP-007", "EFMP-008")]
#[test]
fn the_filters_of_an_endpoint_are_always_written() {
    let answer = EndpointFiltersResponse::new("e", ["f-1", "f-2"], 200);
    assert_eq!(travelled(&answer), answer);
    assert_eq!(EndpointFiltersResponse::new("e", [""; 0], 200).to_bytes(), hex("000000026500900300"));
    let refused = EndpointFiltersResponse::refusal(EndpointFiltersRequest::new("e"), &Status::not_found("x"));
    assert_eq!(refused.to_bytes(), hex("000000026500a806020278"));
}

#[proves("EFMP-015", "EFMP-016")]
#[test]
fn the_endpoints_of_a_filter_are_listed_by_version() {
    let answer = EndpointListByFilterResponse::new("f", [("v", vec!["e".to_owned()])], 200);
    assert_eq!(answer.to_bytes(), hex("00000002660202760202650000900300"));
    assert_eq!(travelled(&answer), answer);
    let refused = EndpointListByFilterResponse::refusal(EndpointListByFilterRequest::new("f"), &Status::not_found("x"));
    assert_eq!(refused.to_bytes(), hex("000000026600a806020278"));
}
