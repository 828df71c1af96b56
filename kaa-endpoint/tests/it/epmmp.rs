//! 19/EPMMP.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use kaa_endpoint::epmmp::{
    AppVersionsByEndpointsRequest, EndpointMetadata, EndpointMetadataGetRequest, EndpointMetadataKeyBatchUpdateRequest,
    EndpointMetadataKeyBatchUpdateResponse, EndpointMetadataKeyUpdateCommand, EndpointMetadataKeyUpdateRequest,
    EndpointMetadataKeyUpdateResponse, EndpointMetadataKeysGetRequest, EndpointMetadataKeysGetResponse,
    EndpointMetadataPatchRequest, Epmmp as _, MetadataRepository, repository,
};
use kaa_ism::{Context, Retry, SendOptions, Status, StatusCode};
use kaa_proves::proves;

use crate::support::*;

/// Knows `ep-1` and `ep-2`, whose key `serial` is restricted, and notes what was set.
#[derive(Clone, Default)]
struct Metadata(Arc<Mutex<Vec<String>>>);

impl Metadata {
    fn writes(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

fn known(endpoint_id: &str) -> Result<(), Status> {
    match endpoint_id {
        "ep-1" | "ep-2" => Ok(()),
        _ => Err(Status::not_found("no such endpoint")),
    }
}

impl MetadataRepository for Metadata {
    async fn get(&self, request: EndpointMetadataGetRequest, _: Context) -> Result<EndpointMetadata, Status> {
        known(&request.endpoint_id)?;
        let payload = if request.wants("serial") { r#"{"serial":1}"# } else { "{}" };
        Ok(EndpointMetadata::new().with_e_tag("v7").with_payload(payload).with_app_version_name("kettle-v1"))
    }

    async fn patch(&self, request: EndpointMetadataPatchRequest, _: Context) -> Result<(), Status> {
        known(&request.endpoint_id)?;
        if !request.holds_for(Some("v7")) {
            return Err(Status::new(StatusCode::new(412), "changed meanwhile"));
        }
        self.0.lock().unwrap().push(format!("{} {:?}", request.endpoint_id, request.patch));
        Ok(())
    }

    async fn update_key(&self, request: EndpointMetadataKeyUpdateRequest, _: Context) -> Result<(), Status> {
        known(&request.endpoint_id)?;
        if request.metadata_key == "serial" {
            return Err(Status::forbidden("restricted key"));
        }
        if request.metadata_value == "slow" {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        let EndpointMetadataKeyUpdateRequest { endpoint_id, metadata_key, metadata_value, .. } = request;
        self.0.lock().unwrap().push(format!("{endpoint_id} {metadata_key}={metadata_value:?}"));
        Ok(())
    }

    async fn keys(&self, request: EndpointMetadataKeysGetRequest, _: Context) -> Result<Vec<String>, Status> {
        known(&request.endpoint_id)?;
        Ok(if request.endpoint_id == "ep-1" { vec!["serial".to_owned()] } else { Vec::new() })
    }

    async fn app_versions(
        &self,
        request: AppVersionsByEndpointsRequest,
        _: Context,
    ) -> Result<BTreeMap<String, Vec<String>>, Status> {
        let found = request.endpoint_ids.into_iter().filter(|id| known(id).is_ok()).collect();
        Ok(BTreeMap::from([("kettle-v1".to_owned(), found)]))
    }
}

fn command(endpoint_id: &str, key: &str) -> EndpointMetadataKeyUpdateCommand {
    EndpointMetadataKeyUpdateCommand::new(endpoint_id, key, "1")
}

fn role() -> impl kaa_ism::Role {
    repository(Metadata::default())
}

#[proves("EPMMP-005", "EPMMP-006", "EPMMP-007", "EPMMP-009")]
#[tokio::test(start_paused = true)]
async fn each_question_about_metadata_has_one_answer() {
    let all = answered(role(), EndpointMetadataGetRequest::new("ep-1")).await;
    assert_eq!((all.endpoint_id.as_str(), all.status_code, all.e_tag.as_deref()), ("ep-1", 200, Some("v7")));
    assert_eq!((all.payload.unwrap(), all.app_version_name.as_deref()), (r#"{"serial":1}"#.into(), Some("kettle-v1")));
    let none = answered(role(), EndpointMetadataGetRequest::new("ep-1").with_include_metadata(false)).await;
    assert_eq!((none.payload, none.app_version_name.as_deref()), (None, Some("kettle-v1")));
    let unknown = answered(role(), EndpointMetadataGetRequest::new("ep-9")).await;
    assert_eq!((unknown.status_code, unknown.endpoint_id.as_str()), (404, "ep-9"));
    assert_eq!((unknown.e_tag, unknown.payload, unknown.app_version_name), (None, None, None));
}

#[proves("EPMMP-016", "EPMMP-017", "EPMMP-018", "EPMMP-026", "EPMMP-027", "EPMMP-028")]
#[tokio::test(start_paused = true)]
async fn each_change_has_one_answer() {
    let patch = EndpointMetadataPatchRequest::new("ep-1", "[]");
    for (patch, code) in [(patch.clone().with_if_match("v7"), 200), (patch.with_if_match("v6"), 412)] {
        let answer = answered(role(), patch).await;
        assert_eq!((answer.endpoint_id.as_str(), answer.status_code), ("ep-1", code));
    }
    for (key, code) in [("name", 200), ("serial", 403)] {
        let answer = answered(role(), EndpointMetadataKeyUpdateRequest::new("ep-1", key, "1")).await;
        assert_eq!((answer.endpoint_id.as_str(), answer.status_code), ("ep-1", code));
    }
}

// D-31
#[proves("EPMMP-034", "EPMMP-035", "EPMMP-036", "EPMMP-038")]
#[tokio::test(start_paused = true)]
async fn a_batch_has_one_answer_kaa_unverified() {
    let good = EndpointMetadataKeyBatchUpdateRequest::new([command("ep-1", "a"), command("ep-2", "b")]);
    assert_eq!(answered(role(), good).await.status_code, 200);
    let empty = EndpointMetadataKeyBatchUpdateRequest::new(Vec::<EndpointMetadataKeyUpdateCommand>::new());
    assert_eq!(answered(role(), empty).await.status_code, 200);
    let commands = [command("ep-1", "a"), command("ep-2", "serial"), command("ep-9", "a"), command("ep-2", "b")];
    let answer = answered(role(), EndpointMetadataKeyBatchUpdateRequest::new(commands)).await;
    assert_eq!(answer.status_code, 403);
    assert_eq!(answer.reason_phrase.as_deref(), Some("restricted key; failed for: ep-2, ep-9"));
}

#[proves("EPMMP-043", "EPMMP-044", "EPMMP-045", "EPMMP-046", "EPMMP-051", "EPMMP-052", "EPMMP-053")]
#[tokio::test(start_paused = true)]
async fn each_question_about_keys_and_versions_has_one_answer() {
    for (endpoint_id, keys) in [("ep-1", &["serial"][..]), ("ep-2", &[])] {
        let answer = answered(role(), EndpointMetadataKeysGetRequest::new(endpoint_id)).await;
        assert_eq!((answer.endpoint_id.as_str(), answer.status_code), (endpoint_id, 200));
        assert_eq!(answer.keys, keys);
    }
    let answer = answered(role(), AppVersionsByEndpointsRequest::new(["ep-1", "ep-9", "ep-2"])).await;
    assert_eq!(answer.endpoint_ids, ["ep-1", "ep-9", "ep-2"]);
    assert_eq!(answer.app_versions_to_endpoints["kettle-v1"], ["ep-1", "ep-2"]);
}

#[proves("EPMMP-001", "EPMMP-002", "EPMMP-003", "EPMMP-004")]
#[tokio::test(start_paused = true)]
async fn a_handle_asks_for_metadata() {
    let request: EndpointMetadataGetRequest = asked(async |bus| {
        let request = EndpointMetadataGetRequest::new("ep-1").with_include(["name"]);
        let _ = bus.epmmp(instance("peer")).get(request, SendOptions::default()).await;
    })
    .await;
    assert_eq!((request.endpoint_id.as_str(), &request.include[..]), ("ep-1", &["name".to_owned()][..]));
}

#[proves("EPMMP-039", "EPMMP-040", "EPMMP-041", "EPMMP-042", "EPMMP-047", "EPMMP-048", "EPMMP-049", "EPMMP-050")]
#[tokio::test(start_paused = true)]
async fn a_handle_asks_for_keys_and_versions() {
    let request: EndpointMetadataKeysGetRequest = asked(async |bus| {
        let _ = bus.epmmp(instance("peer")).keys("ep-1", SendOptions::default()).await;
    })
    .await;
    assert_eq!(request.endpoint_id, "ep-1");
    let request: AppVersionsByEndpointsRequest = asked(async |bus| {
        let _ = bus.epmmp(instance("peer")).app_versions(vec!["ep-1".into()], SendOptions::default()).await;
    })
    .await;
    assert_eq!(request.endpoint_ids, ["ep-1"]);
}

#[proves("EPMMP-012", "EPMMP-013", "EPMMP-014", "EPMMP-015")]
#[tokio::test(start_paused = true)]
async fn a_handle_patches() {
    let request: EndpointMetadataPatchRequest = asked(async |bus| {
        let request = EndpointMetadataPatchRequest::new("ep-1", "[]").with_if_match("v7");
        let _ = bus.epmmp(instance("peer")).patch(request, SendOptions::default()).await;
    })
    .await;
    assert_eq!((request.if_match.as_deref(), request.patch), (Some("v7"), "[]".into()));
}

#[proves("EPMMP-022", "EPMMP-023", "EPMMP-024", "EPMMP-025", "EPMMP-030", "EPMMP-031", "EPMMP-033")]
#[tokio::test(start_paused = true)]
async fn a_handle_sets_keys() {
    let request: EndpointMetadataKeyUpdateRequest = asked(async |bus| {
        let _ = bus.epmmp(instance("peer")).update_key("ep-1", "name", "1", SendOptions::default()).await;
    })
    .await;
    assert_eq!((request.metadata_key.as_str(), request.metadata_value), ("name", "1".into()));
    let request: EndpointMetadataKeyBatchUpdateRequest = asked(async |bus| {
        let commands = vec![command("ep-1", "a"), command("ep-2", "b")];
        let _ = bus.epmmp(instance("peer")).update_keys(commands, SendOptions::default()).await;
    })
    .await;
    assert_eq!(request.commands, [command("ep-1", "a"), command("ep-2", "b")]);
}

#[tokio::test(start_paused = true)]
async fn what_a_handle_asks_for_it_gets() {
    let mut world = World::new();
    let metadata = Metadata::default();
    world.serve("peer", repository(metadata.clone())).await;
    let (peer, options) = (world.caller().await.epmmp(instance("peer")), SendOptions::default);
    let got = peer.get(EndpointMetadataGetRequest::new("ep-1").with_include(["name"]), options()).await.unwrap();
    let expected = EndpointMetadata::new().with_e_tag("v7").with_payload("{}").with_app_version_name("kettle-v1");
    assert_eq!(got, expected);
    assert_eq!(refusal(peer.get(EndpointMetadataGetRequest::new("ep-9"), options()).await), "404 no such endpoint");
    assert_eq!(peer.keys("ep-1", options()).await.unwrap(), ["serial"]);
    assert_eq!(refusal(peer.keys("ep-9", options()).await), "404 no such endpoint");
    let versions = peer.app_versions(vec!["ep-1".into(), "ep-9".into()], options()).await.unwrap();
    assert_eq!(versions, BTreeMap::from([("kettle-v1".to_owned(), vec!["ep-1".to_owned()])]));

    peer.patch(EndpointMetadataPatchRequest::new("ep-1", "[]"), options()).await.unwrap();
    let old = EndpointMetadataPatchRequest::new("ep-1", "[]").with_if_match("v6");
    assert_eq!(refusal(peer.patch(old, options()).await), "412 changed meanwhile");
    peer.update_key("ep-1", "name", "2", options()).await.unwrap();
    assert_eq!(refusal(peer.update_key("ep-1", "serial", "2", options()).await), "403 restricted key");
    assert_eq!(metadata.writes(), [r#"ep-1 b"[]""#, r#"ep-1 name=b"2""#]);
}

// D-31
#[proves("EPMMP-038")]
#[tokio::test(start_paused = true)]
async fn each_command_of_a_batch_stands_by_itself_kaa_unverified() {
    let mut world = World::new();
    let metadata = Metadata::default();
    world.serve("peer", repository(metadata.clone())).await;
    let peer = world.caller().await.epmmp(instance("peer"));
    let slow = EndpointMetadataKeyUpdateCommand::new("ep-1", "a", "slow");
    let commands = vec![slow, command("ep-9", "a"), command("ep-2", "b"), command("ep-1", "c")];
    let answer = peer.update_keys(commands, SendOptions::default()).await;
    assert_eq!(refusal(answer), "404 no such endpoint; failed for: ep-9");
    assert_eq!(metadata.writes(), [r#"ep-1 a=b"slow""#, r#"ep-2 b=b"1""#, r#"ep-1 c=b"1""#]);
}

#[tokio::test(start_paused = true)]
async fn changes_of_one_endpoint_are_made_in_order_and_others_do_not_wait() {
    let mut world = World::new();
    let metadata = Metadata::default();
    world.serve("peer", repository(metadata.clone())).await;
    let peer = world.caller().await.epmmp(instance("peer"));
    let set = |endpoint, value: &'static str| peer.update_key(endpoint, "k", value, SendOptions::default());
    let (slow, quick, other) = tokio::join!(set("ep-1", "slow"), set("ep-1", "2"), set("ep-2", "3"));
    assert!(slow.is_ok() && quick.is_ok() && other.is_ok());
    assert_eq!(metadata.writes(), [r#"ep-2 k=b"3""#, r#"ep-1 k=b"slow""#, r#"ep-1 k=b"2""#]);
}

// D-10
#[proves("EPMMP-037")]
#[tokio::test(start_paused = true)]
async fn a_single_and_a_batch_update_are_told_apart() {
    let mut world = World::new();
    let mut peer = world.raw("kaa.v1.service.peer.>").await;
    let handle = world.caller().await.epmmp(instance("peer"));
    let commands = vec![command("ep-1", "a")];
    let (single, batch, ()) = tokio::join!(
        handle.update_key("ep-1", "a", "1", SendOptions::default()),
        handle.update_keys(commands, SendOptions::default()),
        async {
            let (single, batch) = (peer.next().await, peer.next().await);
            assert_ne!(single.reply_to, batch.reply_to);
            peer.answer(&batch, EndpointMetadataKeyBatchUpdateResponse::new(404)).await;
            peer.answer(&single, EndpointMetadataKeyUpdateResponse::new("ep-1", 200)).await;
        }
    );
    assert!(single.is_ok());
    assert_eq!(refusal(batch), "404 Not Found");
}

#[proves("EPMMP-055")]
#[tokio::test(start_paused = true)]
async fn a_question_whose_answer_is_lost_is_asked_again() {
    let mut world = World::new();
    let mut peer = world.raw("kaa.v1.service.peer.>").await;
    let handle = world.caller().await.epmmp(instance("peer"));
    let options = SendOptions::default().with_retry(Retry::idempotent());
    let (keys, ()) = tokio::join!(handle.keys("ep-1", options), async {
        let lost = peer.next().await;
        let again = peer.next().await;
        assert_eq!(again.reply_to, lost.reply_to);
        let answer = EndpointMetadataKeysGetResponse::new("ep-1", 200).with_keys(["name"]);
        peer.answer(&again, answer).await;
    });
    assert_eq!(keys.unwrap(), ["name"]);
    assert!(peer.is_silent().await);
}
