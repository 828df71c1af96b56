//! A provider is asked, and announces.

use kaa_cdtp::{
    Cdtp as _, Config, ConfigRequest, ConfigResponse, ConfigUpdated, Fetched, RequestError, Retry, SendOptions, Status,
    provider,
};
use kaa_ism::{CallError, Message as _};
use kaa_proves::proves;

use crate::support::*;

async fn pull(request: ConfigRequest) -> Result<Fetched, RequestError> {
    let world = World::default();
    let (_ecr, cmx) = (world.ecr().await, world.service("cmx").start().await.unwrap());
    cdtp(&cmx).pull(request, SendOptions::default()).await
}

fn request() -> ConfigRequest {
    ConfigRequest::new("kettle-v2", "ep-1")
}

fn refusal(result: Result<Fetched, RequestError>) -> Status {
    match result {
        Err(RequestError::Refused(status)) => status,
        other => panic!("{other:?}"),
    }
}

#[proves("CDTP-014", "CDTP-018", "CDTP-019")]
#[tokio::test(start_paused = true)]
async fn who_knows_nothing_gets_the_configuration_of_the_name() {
    let expected = Fetched::Config(Config::new("v1", "{}"));
    assert_eq!(pull(request()).await.unwrap(), expected);
    assert_eq!(pull(request().with_config_name("default")).await.unwrap(), expected);
    let network = Config::new("n1", "mode: AP").with_content_type("application/yaml");
    assert_eq!(pull(request().with_config_name("network")).await.unwrap(), Fetched::Config(network));
}

// D-25
#[proves("CDTP-015", "CDTP-016", "CDTP-017", "CDTP-019")]
#[tokio::test(start_paused = true)]
async fn who_knows_the_current_one_is_told_so() {
    assert_eq!(pull(request().with_config_id("v1")).await.unwrap(), Fetched::NotModified);
    let empty = || request().with_config_name("empty");
    assert_eq!(pull(empty().with_config_id("")).await.unwrap(), Fetched::NotModified);
    for stale in [request().with_config_id("v0"), request().with_config_id("")] {
        assert!(matches!(pull(stale).await.unwrap(), Fetched::Config(config) if config.id == "v1"));
    }
    let other_name = request().with_config_name("network").with_config_id("v1");
    assert!(matches!(pull(other_name).await.unwrap(), Fetched::Config(config) if config.id == "n1"));
}

#[proves("CDTP-020", "CDTP-023")]
#[tokio::test(start_paused = true)]
async fn what_does_not_exist_or_fails_is_answered_too() {
    for unknown in [ConfigRequest::new("kettle-v2", "ep-2"), request().with_config_name("unknown")] {
        assert_eq!(refusal(pull(unknown).await).to_string(), "404 no such configuration");
    }
    assert_eq!(refusal(pull(request().with_config_name("broken")).await).to_string(), "503 try later");
    let world = World::default();
    let role = provider(async |request: ConfigRequest, _| panic!("{}", request.endpoint_id));
    let (_ecr, cmx) = (world.serve("ecr", role).await, world.service("cmx").start().await.unwrap());
    assert_eq!(refusal(cdtp(&cmx).pull(request(), SendOptions::default()).await).code().as_i32(), 500);
}

#[tokio::test(start_paused = true)]
async fn without_a_provider_there_is_no_answer() {
    let world = World::default();
    let cmx = world.service("cmx").start().await.unwrap();
    let options = SendOptions::default().with_retry(Retry::idempotent().with_tries(2));
    let error = cdtp(&cmx).pull(request(), options).await.unwrap_err();
    assert!(matches!(error, RequestError::NoAnswer(CallError::NoResponders { .. })), "{error:?}");
}

#[proves("CDTP-010", "CDTP-011", "CDTP-012", "CDTP-013")]
#[tokio::test(start_paused = true)]
async fn a_request_names_where_its_answer_goes() {
    let world = World::default();
    let (_ecr, cmx) = (world.ecr().await, world.service("cmx").start().await.unwrap());
    let mut sent = world.listen("kaa.v1.service.>").await;
    cdtp(&cmx).pull(request(), SendOptions::default()).await.unwrap();
    let incoming = next(&mut sent).await;
    assert_eq!(incoming.subject.as_str(), "kaa.v1.service.ecr.cdtp.request");
    let replica = kaa_cdtp::Bus::identity(&cmx.handle()).replica.clone();
    assert_eq!(incoming.reply_to.unwrap().as_str(), format!("kaa.v1.replica.{replica}.cdtp.response"));
    assert_eq!(ConfigRequest::decode(&incoming.body).unwrap().endpoint_id, "ep-1");
}

// D-22
#[proves("CDTP-021", "CDTP-022", "CDTP-025")]
#[tokio::test(start_paused = true)]
async fn an_answer_goes_to_any_reply_to_and_repeats_the_request() {
    let world = World::default();
    let _ecr = world.ecr().await;
    let mut inbox = world.listen("_INBOX.x.1").await;
    let mut request = request();
    request.correlation_id = "c1".to_owned();
    world.publish("kaa.v1.service.ecr.cdtp.request", "_INBOX.x.1", request.to_bytes()).await;
    let response = ConfigResponse::decode(&next(&mut inbox).await.body).unwrap();
    assert_eq!((response.correlation_id.as_str(), response.status_code), ("c1", 200));
    assert_eq!((response.app_version_name.as_str(), response.endpoint_id.as_str()), ("kettle-v2", "ep-1"));
    assert_eq!(response.content_type, "application/json");
}

#[tokio::test(start_paused = true)]
async fn a_request_of_which_only_the_id_can_be_read_is_answered_400() {
    let world = World::default();
    let _ecr = world.ecr().await;
    let mut inbox = world.listen("_INBOX.x.1").await;
    world.publish("kaa.v1.service.ecr.cdtp.request", "_INBOX.x.1", "\x04c1\x07".into()).await;
    let response = ConfigResponse::decode(&next(&mut inbox).await.body).unwrap();
    assert_eq!((response.correlation_id.as_str(), response.status_code), ("c1", 400));
}

#[proves("CDTP-001", "CDTP-002", "CDTP-003", "CDTP-009")]
#[tokio::test(start_paused = true)]
async fn a_change_is_announced_whether_anybody_listens_or_not() {
    let world = World::default();
    let ecr = world.ecr().await;
    let announce = async || {
        let updated = ConfigUpdated::of("kettle-v2", "ep-1", Config::new("v2", "{}"));
        ecr.handle().announce_config(updated, SendOptions::default().with_correlation_id("cause")).await.unwrap();
    };
    announce().await;
    let mut events = world.listen("kaa.v1.events.>").await;
    announce().await;
    let incoming = next(&mut events).await;
    assert_eq!(incoming.subject.as_str(), "kaa.v1.events.ecr.endpoint.config.updated");
    let event = ConfigUpdated::decode(&incoming.body).unwrap();
    assert_eq!((event.config_id.as_str(), &event.content[..]), ("v2", &b"{}"[..]));
    let replica = kaa_cdtp::Bus::identity(&ecr.handle()).replica.clone();
    assert_eq!(event.originator_replica_id.as_deref(), Some(replica.as_str()));
    assert_eq!(event.correlation_id, "cause");
}
