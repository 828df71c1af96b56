//! 20/EFMP.

use std::collections::BTreeMap;

use kaa_endpoint::efmp::{
    Efmp as _, EndpointFiltersRequest, EndpointListByFilterRequest, FilterRepository, repository,
};
use kaa_ism::{Context, SendOptions, Status};
use kaa_proves::proves;

use crate::support::*;

/// `ep-1` is in the filter `f-1`, `ep-2` in none; `f-0` is empty.
struct Filters;

impl FilterRepository for Filters {
    async fn filters(&self, request: EndpointFiltersRequest, _: Context) -> Result<Vec<String>, Status> {
        match request.endpoint_id.as_str() {
            "ep-1" => Ok(vec!["f-1".to_owned()]),
            "ep-2" => Ok(Vec::new()),
            _ => Err(Status::not_found("no such endpoint")),
        }
    }

    async fn endpoints(
        &self,
        request: EndpointListByFilterRequest,
        _: Context,
    ) -> Result<BTreeMap<String, Vec<String>>, Status> {
        match request.filter_id.as_str() {
            "f-1" => Ok(BTreeMap::from([("kettle-v1".to_owned(), vec!["ep-1".to_owned()])])),
            "f-0" => Ok(BTreeMap::new()),
            _ => Err(Status::not_found("no such filter")),
        }
    }
}

#[proves("EFMP-005", "EFMP-006", "EFMP-007", "EFMP-008")]
#[tokio::test(start_paused = true)]
async fn each_question_about_an_endpoint_has_one_answer() {
    for (endpoint_id, code, filters) in [("ep-1", 200, &["f-1"][..]), ("ep-2", 200, &[]), ("ep-9", 404, &[])] {
        let answer = answered(repository(Filters), EndpointFiltersRequest::new(endpoint_id)).await;
        assert_eq!((answer.endpoint_id.as_str(), answer.status_code), (endpoint_id, code));
        assert_eq!(answer.filter_ids, filters);
    }
}

#[proves("EFMP-013", "EFMP-014", "EFMP-015", "EFMP-016")]
#[tokio::test(start_paused = true)]
async fn each_question_about_a_filter_has_one_answer() {
    for (filter_id, code, endpoints) in [("f-1", 200, 1), ("f-0", 200, 0), ("f-9", 404, 0)] {
        let answer = answered(repository(Filters), EndpointListByFilterRequest::new(filter_id)).await;
        assert_eq!((answer.filter_id.as_str(), answer.status_code), (filter_id, code));
        assert_eq!(answer.app_versions_to_endpoints.len(), endpoints);
    }
}

#[proves("EFMP-001", "EFMP-002", "EFMP-003", "EFMP-004", "EFMP-009", "EFMP-010", "EFMP-011", "EFMP-012")]
#[tokio::test(start_paused = true)]
async fn a_handle_asks() {
    let request: EndpointFiltersRequest = asked(async |bus| {
        let _ = bus.efmp(instance("peer")).filters("ep-1", SendOptions::default()).await;
    })
    .await;
    assert_eq!(request.endpoint_id, "ep-1");
    let request: EndpointListByFilterRequest = asked(async |bus| {
        let _ = bus.efmp(instance("peer")).endpoints("f-1", SendOptions::default()).await;
    })
    .await;
    assert_eq!(request.filter_id, "f-1");
}

#[tokio::test(start_paused = true)]
async fn what_a_handle_asks_for_it_gets() {
    let mut world = World::new();
    world.serve("peer", repository(Filters)).await;
    let (peer, options) = (world.caller().await.efmp(instance("peer")), SendOptions::default);
    assert_eq!(peer.filters("ep-1", options()).await.unwrap(), ["f-1"]);
    assert_eq!(refusal(peer.filters("ep-9", options()).await), "404 no such endpoint");
    assert_eq!(peer.endpoints("f-1", options()).await.unwrap()["kettle-v1"], ["ep-1"]);
    assert_eq!(refusal(peer.endpoints("f-9", options()).await), "404 no such filter");
}
